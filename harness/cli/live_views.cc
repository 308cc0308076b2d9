#include "cli/live_views.h"

#include <CLI/CLI.hpp>

#include "cli/live_scrape.h"
#include "cli/live_terminal.h"

namespace assay::cli {

void LiveOptions::declare(CLI::App& parser) {
  parser.add_flag("--quiet", quiet, "The verdict and its reasons only, and no progress");
  parser.add_option("--metrics-listen", metrics, "Serve Prometheus metrics of the run while it goes on")
      ->check(is_place_to_listen, "")
      ->type_name("ADDRESS")
      ->default_str("");
}

std::optional<LiveViews> LiveViews::open(const Context& context, const LiveOptions& options) {
  LiveViews opened;
  if (!options.quiet) opened.views_.push_back(std::make_unique<LiveTerminal>(context));
  if (!options.metrics.empty()) {
    auto scrape = LiveScrape::open(context, options.metrics);
    if (!scrape) return std::nullopt;
    opened.views_.push_back(std::move(scrape));
  }
  return opened;
}

void LiveViews::attach_to(LiveFeed& feed) const {
  for (const auto& view : views_) feed.add(*view);
}

}  // namespace assay::cli
