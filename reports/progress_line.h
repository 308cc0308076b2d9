// Live progress of a run on standard error: on a terminal one line that is drawn again every second,
// elsewhere (a CI log) a plain line every five seconds. Used on the main thread only.
#pragma once
#include <iosfwd>
#include <string>
#include <string_view>

#include "model/live_snapshot.h"

namespace assay::reports {

std::string progress_text(const LiveSnapshot& snapshot);

class ProgressLine {
 public:
  // The stream outlives it.
  ProgressLine(std::ostream& out, bool live) : out_(out), live_(live) {}

  void show(const LiveSnapshot& snapshot);
  void say(std::string_view news);  // a line that stays
  void finish();                    // clears the live line, so that the report starts on an empty one

 private:
  std::ostream& out_;
  bool live_;
  bool drawn_ = false;
  Nanos next_plain_line_{0};
};

}  // namespace assay::reports
