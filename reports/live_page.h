// The page of a run that goes on: the sections of the report, made of what was measured so far, and above
// them how it stands. It has no verdict, because there is none before the end. In one piece for whoever opens
// it; in fragments for whoever has it open and is told what has changed. Pure functions.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/live_run.h"
#include "model/run_record.h"

namespace assay::reports {

enum class LiveStage : std::uint8_t { before_load, load, after_load };

// What fills the element with this id.
struct LiveFragment {
  std::string id;
  std::string html;  // well-formed, escaped, bounded; empty: this run has nothing that belongs there (yet)

  bool operator==(const LiveFragment&) const = default;
};

// Always the same ids in the same order, from the top of the page. `so_far` has no verdict, and may have no
// requests; it is at most 1.2 MB of page.
std::vector<LiveFragment> live_fragments(const LiveRun& run, const RunRecord& so_far, LiveStage stage);

// `version`: of the fragments; the page asks its server for what is newer.
std::string live_page(const LiveRun& run, const std::vector<LiveFragment>& fragments,
                      const std::string& version);

}  // namespace assay::reports
