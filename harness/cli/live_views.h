// Who shows a run while it goes on, by the user's choice: one line each in live_views.cc.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/live_feed.h"
#include "cli/live_sink.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct LiveOptions {
  bool quiet = false;       // no progress, and no more than the verdict and its reasons in the end
  std::string ui;           // where the live page is served; empty: nowhere
  bool ui_exposed = false;  // also to other machines
  std::string metrics;      // where they are served; empty: nowhere

  void declare(CLI::App& parser);
};

class LiveViews {
 public:
  // After Interrupts: views may have threads. Nothing: one of them could not be opened, and why was said.
  static std::optional<LiveViews> open(const Context& context, const LiveOptions& options);

  void attach_to(LiveFeed& feed) const;

 private:
  std::vector<std::unique_ptr<LiveSink>> views_;
};

}  // namespace assay::cli
