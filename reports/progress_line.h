// Progress of a run where no screen can be drawn, such as the log of a pipeline: a plain line now and then.
// Used on the main thread only.
#pragma once
#include <iosfwd>
#include <string>
#include <string_view>

#include "model/live_snapshot.h"

namespace assay::reports {

// False: nothing was offered so far, other traffic is watched.
bool offers_load(const LiveSnapshot& snapshot);

std::string progress_text(const LiveSnapshot& snapshot);

class ProgressLine {
 public:
  // A line as often as this; the first one at once. The stream outlives it.
  ProgressLine(std::ostream& out, Nanos every) : out_(out), every_(every) {}

  void show(const LiveSnapshot& snapshot);
  void say(std::string_view news);

 private:
  std::ostream& out_;
  Nanos every_;
  Nanos next_line_{0};
};

}  // namespace assay::reports
