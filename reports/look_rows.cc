#include "reports/look_rows.h"

#include <fmt/format.h>

#include "reports/number_text.h"

namespace assay::reports {
std::vector<std::vector<std::string>> look_rows(const std::vector<LookRow>& looks) {
  if (looks.empty()) return {};
  std::vector<std::vector<std::string>> rows = {
      {"look", "at", "all pass: p", "needed", "one fails: p", "needed", "error spent: pass", "fail"}};
  for (const LookRow& look : looks)
    rows.push_back({fmt::format("{} of {}", look.number, look.of), format_ratio(look.fraction),
                    format_p_value(look.p_pass), format_p_value(look.pass_bound), format_p_value(look.p_fail),
                    format_p_value(look.fail_bound), format_ratio(look.pass_spent),
                    format_ratio(look.fail_spent)});
  return rows;
}

}  // namespace assay::reports
