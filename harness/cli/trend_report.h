// `assay report --trend`: which runs of the store, and how they are shown.
#pragma once
#include <cstddef>
#include <string>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/store_choice.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct TrendReport {
  bool wanted = false;    // --trend
  std::string gate;       // --gate: a name, never a file
  std::size_t last = 50;  // at most kMostTrendRuns
  std::string like, pages;
  StoreChoice store;

  void declare(CLI::App& parser);
  // `subject`: what stands where else a run would: the name of a gate, its file, or one of its runs.
  ExitCode write(const Context& context, const std::string& subject, const std::string& format) const;

 private:
  struct Gate;
  std::optional<Gate> find_gate(const Context& context, const std::string& subject) const;
};

}  // namespace assay::cli
