// A chart over time of what the generator noted second by second: its lines, its legend and its table. Pure.
#pragma once
#include <string>
#include <vector>

#include "reports/health_bins.h"
#include "reports/html_time.h"
#include "reports/run_view.h"

namespace assay::reports {

struct HealthLine {
  std::string name;
  Ink ink = Ink::strong;
  std::string dash;
  double width = 1.8;
  Values values;
};

struct HealthChart {
  std::string title, caption;
  TimeGrid grid;
  Scale scale;
  std::string (*words)(double);  // of a value
  int height = 200;
  std::vector<HealthLine> lines;
};

// `zoom_unit`: of the values, where the script may zoom; empty: it may not.
Markup drawn(const HealthChart& chart, const RunView& view, const std::string& zoom_unit = {});

double highest_of(const std::vector<HealthLine>& lines);
// The smallest above 0; 1 where there is none.
double lowest_of(const std::vector<HealthLine>& lines);

}  // namespace assay::reports
