// Requests in, answers out: the built-in pages, the configured behaviour of each path, and the numbers of
// /metrics. Knows no socket and no clock: how long an answer must wait is part of the answer. One thread at a
// time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "demo/answer.h"
#include "demo/pages.h"
#include "demo/request.h"
#include "demo/site_metrics.h"
#include "demo/target_counters.h"
#include "demo/target_options.h"

namespace assay::demo {

class Site {
 public:
  explicit Site(const TargetOptions& options);  // `options` must outlive the site

  // Fills `answer` anew.
  void answer(const Request& request, Answer& answer);
  void answer_malformed(Answer& answer);

  void connected() { ++counters_.connections; }
  void completed(const Answer& answer, Nanos taken);  // the answer (or its reset) has left
  const TargetCounters& counters() const { return counters_; }
  const std::vector<std::string>& routes() const { return routes_; }  // by Answer::route

 private:
  void fill_page(const Request& request, Answer& answer);
  void apply(std::size_t path_index, Answer& answer);

  const TargetOptions& options_;
  std::vector<std::uint64_t> request_numbers_;  // by index into options_.paths
  std::vector<std::string> routes_;             // configured paths, then pages, then everything else
  SiteMetrics metrics_;
  PageState state_;
  TargetCounters counters_;
};

}  // namespace assay::demo
