#include "cli/live_views.h"

#include <CLI/CLI.hpp>

#include "cli/live_terminal.h"

namespace assay::cli {

void LiveOptions::declare(CLI::App& parser) {
  parser.add_flag("--quiet", quiet, "No progress on standard error");
}

std::optional<LiveViews> LiveViews::open(const Context& context, const LiveOptions& options) {
  LiveViews opened;
  if (!options.quiet) opened.views_.push_back(std::make_unique<LiveTerminal>(context));
  return opened;
}

void LiveViews::attach_to(LiveFeed& feed) const {
  for (const auto& view : views_) feed.add(*view);
}

}  // namespace assay::cli
