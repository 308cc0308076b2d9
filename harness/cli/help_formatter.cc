#include "cli/help_formatter.h"

namespace assay::cli {

HelpFormatter::HelpFormatter() {
  constexpr std::size_t kOptionColumn = 36;
  column_width(kOptionColumn);
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string type = option->get_type_name();
  return type.empty() ? "" : " " + type;
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  const std::string value = option->get_default_str();
  const bool has_default = !value.empty() && value != "[]";  // "[]": an empty list
  return option->get_description() + (has_default ? " (default: " + value + ")" : "");
}

}  // namespace assay::cli
