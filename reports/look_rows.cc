#include "reports/look_rows.h"

#include <fmt/format.h>

#include "reports/number_text.h"

namespace assay::reports {
namespace {

// A bound of an early look may be far smaller than anything that is worth its digits.
std::string p_text(double p) { return p < 1e-4 ? fmt::format("{:.0e}", p) : fmt::format("{:.2g}", p); }

}  // namespace

std::vector<std::vector<std::string>> look_rows(const Verdict& verdict) {
  if (verdict.looks.empty()) return {};
  std::vector<std::vector<std::string>> rows = {
      {"look", "at", "all pass: p", "needed", "one fails: p", "needed", "error spent: pass", "fail"}};
  for (const LookRow& look : verdict.looks)
    rows.push_back({fmt::format("{} of {}", look.number, look.of), format_ratio(look.fraction),
                    p_text(look.p_pass), p_text(look.pass_bound), p_text(look.p_fail),
                    p_text(look.fail_bound), format_ratio(look.pass_spent), format_ratio(look.fail_spent)});
  return rows;
}

}  // namespace assay::reports
