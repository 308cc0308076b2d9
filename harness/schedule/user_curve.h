// How many virtual users a closed load shape keeps active over time: piecewise linear. Pure functions; times
// count from the start of the shape.
#pragma once
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace assay::schedule {

struct ActiveTime {
  Nanos from{0}, until{0};
};

class UserCurve {
 public:
  struct Stage {
    std::uint32_t end_users = 0;
    Nanos length{0};
  };
  UserCurve(std::uint32_t start_users, const std::vector<Stage>& stages);
  static UserCurve constant(std::uint32_t users, Nanos length) { return {users, {{users, length}}}; }

  Nanos length() const { return length_; }
  std::uint32_t peak() const { return peak_; }

  // When user `number` (from 0) is active: as long as the curve is at least number + 1. Users come in
  // ascending and leave in descending order. Touching times are joined.
  std::vector<ActiveTime> active(std::uint32_t number) const;

 private:
  struct Piece {
    Nanos start, length;
    double start_users, end_users;
  };
  std::vector<Piece> pieces_;
  Nanos length_{0};
  std::uint32_t peak_ = 0;
};

}  // namespace assay::schedule
