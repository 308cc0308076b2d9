// The charts of a trend page: one figure for each metric, both arms in it. Pure.
#pragma once
#include <string>

#include "reports/html_markup.h"
#include "reports/trend_view.h"

namespace assay::reports {

// Points with whiskers over the runs in their order, changes as marked lines, the verdicts below (where
// `with_verdicts`), and the numbers as a table. `metric` is measured in at least one arm.
Markup trend_figure(const TrendView& view, const std::string& metric, bool with_verdicts);

// A run by its name, with a link to its page where that is known.
Markup run_link(const TrendRun& run);
// "● pass"
Markup grade_words(Grade grade);
// "A  from 2026-02-14 09:00 (release-1.2) on"
Markup moment_words(const TrendView& view, const TrendMoment& moment);

}  // namespace assay::reports
