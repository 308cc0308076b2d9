#include "cli/live_views.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/live_browser.h"
#include "cli/live_scrape.h"
#include "cli/live_terminal.h"

namespace assay::cli {
namespace {

// Nothing: it cannot listen, and why was said.
std::unique_ptr<LiveSink> live_page(const Context& context, const LiveOptions& options) {
  auto server = ui::LiveServer::start({*ui::parse_listen_place(options.ui), options.ui_exposed});
  if (!server) {
    context.err << "assay: " << server.error().message() << '\n';
    return nullptr;
  }
  context.err << "assay: live page at " << server.value()->url() << std::endl;  // before it is looked at
  return std::make_unique<LiveBrowser>(std::move(server).value());
}

}  // namespace

void LiveOptions::declare(CLI::App& parser) {
  parser.add_flag("--quiet", quiet, "The verdict and its reasons only, and no progress");
  parser
      .add_option("--ui", ui,
                  "Serve the report as a live page while the run goes on, like 127.0.0.1:8089; port 0 takes "
                  "a free one")
      ->check(is_place_to_listen, "")
      ->type_name("ADDRESS");
  parser
      .add_flag("--ui-exposed", ui_exposed,
                "Let --ui listen where other machines can reach it; reading takes the token, too")
      ->needs("--ui");
  parser.add_option("--metrics-listen", metrics, "Serve Prometheus metrics of the run while it goes on")
      ->check(is_place_to_listen, "")
      ->type_name("ADDRESS")
      ->default_str("");
}

std::optional<LiveViews> LiveViews::open(const Context& context, const LiveOptions& options) {
  LiveViews opened;
  if (!options.quiet) opened.views_.push_back(std::make_unique<LiveTerminal>(context));
  if (!options.ui.empty()) {
    auto page = live_page(context, options);
    if (!page) return std::nullopt;
    opened.views_.push_back(std::move(page));
  }
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
