// Serves the page of a run that goes on: GET / in one piece, GET /events what changes (server-sent events),
// POST /stop and POST /extend what somebody asks of it. One thread, of the lowest class that the system has,
// so that it never takes a core that the load could use; so many connections, so many a second, so many
// streams; renders only while somebody watches. Owned by the main thread, which calls everything here.
#pragma once
#include <memory>
#include <string>

#include "base/expected.h"
#include "base/system_error.h"
#include "model/live_run.h"
#include "model/run_record.h"
#include "ui/listen_place.h"

namespace assay::ui {

struct LiveServerOptions {
  ListenPlace place;
  bool exposed = false;  // may be reached from other machines; then reading takes the token, too
};

class LiveServer {
 public:
  // Listens when it returns. Refuses a place that is not loopback unless it is exposed.
  static Expected<std::unique_ptr<LiveServer>, SystemError> start(const LiveServerOptions& options);
  ~LiveServer();  // tells who watches that it is over
  LiveServer(const LiveServer&) = delete;
  LiveServer& operator=(const LiveServer&) = delete;

  std::string url() const;  // with the token

  void begin(const LiveRun& run);  // what is known before the load
  void load_begins();
  // Somebody watches, and what was handed over last has been rendered.
  bool wants_more() const;
  // `so_far`: without a verdict.
  void show(LiveRun run, RunRecord so_far);
  void refuse(const std::string& stop, const std::string& extend);  // why not; empty: it may be asked for
  void finish();                                                    // the load is over

  bool stop_asked() const;
  bool extend_asked() const;

 private:
  class Running;
  explicit LiveServer(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace assay::ui
