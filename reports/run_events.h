// What happened beside the requests, on the axis of time of the run: probes that found the target out, alerts
// and their states, the window in which a threshold failed, an early end. Pure; times are "at".
#pragma once
#include <string>
#include <vector>

#include "model/run_record.h"

namespace assay::reports {

enum class EventKind : unsigned char { outage, pending, firing, window, ended };

struct RunEvent {
  EventKind kind = EventKind::outage;
  Nanos from{0}, until{0};
  std::string words;  // "out for at most 310ms: refused x3"
};

// Events of one witness, drawn beside each other.
struct EventLane {
  std::string name;  // "probe ready, new connections: 1 outage, at most 310ms"
  std::vector<RunEvent> events;
};

// "refused x3, timeout x1"
std::string causes_text(const ProbeOutage& outage);

// Lanes with something to show between 0 and `end`, in the order of the gate file; at most `most`.
std::vector<EventLane> event_lanes(const RunRecord& record, Nanos end, std::size_t most);

}  // namespace assay::reports
