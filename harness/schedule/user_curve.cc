#include "schedule/user_curve.h"

#include <algorithm>
#include <cmath>

namespace assay::schedule {

UserCurve::UserCurve(std::uint32_t start_users, const std::vector<Stage>& stages) {
  double users = start_users;
  for (const Stage& stage : stages) {
    if (stage.length > Nanos{0}) {
      pieces_.push_back({length_, stage.length, users, static_cast<double>(stage.end_users)});
      peak_ = std::max({peak_, static_cast<std::uint32_t>(users), stage.end_users});
      length_ += stage.length;
    }
    users = stage.end_users;
  }
}

std::vector<ActiveTime> UserCurve::active(std::uint32_t number) const {
  const double needed = static_cast<double>(number) + 1;
  std::vector<ActiveTime> times;
  for (const Piece& p : pieces_) {
    const bool at_start = p.start_users >= needed, at_end = p.end_users >= needed;
    if (!at_start && !at_end) continue;
    Nanos from = p.start, until = p.start + p.length;
    if (at_start != at_end) {
      const double crossing = (needed - p.start_users) / (p.end_users - p.start_users);
      const Nanos at = p.start + Nanos{std::llround(crossing * static_cast<double>(p.length.count()))};
      (at_start ? until : from) = at;
    }
    if (from >= until) continue;
    if (!times.empty() && times.back().until == from) {
      times.back().until = until;
    } else {
      times.push_back({from, until});
    }
  }
  return times;
}

}  // namespace assay::schedule
