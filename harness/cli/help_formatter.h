// How --help looks: "--seed NUMBER   what it does (default: ...)". Defaults are those of the option structs.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

namespace assay::cli {

class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter();
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace assay::cli
