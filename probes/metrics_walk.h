// The order in which a `metrics` probe asks: a scrape, then for each counter its requests and a scrape after
// them, and one more a second later where the counter has not arrived yet. Replayed from what was answered,
// because a probe keeps no state. Pure functions.
#pragma once
#include <cstddef>
#include <vector>

#include "probes/kind.h"
#include "probes/metrics_settings.h"

namespace assay::probes {

// Where the exchanges of one counter lie. `after` is the last scrape for it.
struct MoveTrace {
  std::size_t before = 0, first_request = 0, after = 0;
};

struct MetricsWalk {
  std::vector<MoveTrace> moves;        // those that are complete
  std::vector<client::Ask> next_asks;  // empty: it is at its end
};

MetricsWalk walk_metrics(const Probe& probe, Exchanges so_far);

struct CounterMove {
  double before = 0, after = 0;  // a series that does not exist yet counts as 0
  bool exists = false;           // after the requests

  double delta() const { return after - before; }
};
// Of two scrapes that can be read.
CounterMove counter_move(const CounterChoice& counter, const Exposition& before, const Exposition& after);

}  // namespace assay::probes
