#include "stats/calm_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/residual_grid.h"

namespace assay::stats {
namespace {

constexpr double kNormalMad = 1.4826;  // median absolute deviation to standard deviation
constexpr std::size_t kFewestSlots = 20;

// How slow one arm was in one slot, against all of the run: by the mean rank and by the share above the run's
// p90.
struct Slowness {
  double rank = 0, tail = 0;
};

enum class Flag : char { quiet, flagged, strong };

double upper_median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double slot_median(const SlotValues& slot, double shift) {
  const auto& fast = slot.candidate.values;
  const auto& slow = slot.baseline.values;
  const std::uint64_t rank = (slot.candidate.requests + slot.baseline.requests) / 2;
  std::uint64_t seen = 0;
  std::size_t c = 0, b = 0;
  while (c < fast.size() || b < slow.size()) {
    const bool take_candidate =
        b == slow.size() || (c < fast.size() && fast[c].log_ns - shift <= slow[b].log_ns);
    const LogValue& next = take_candidate ? fast[c++] : slow[b++];
    seen += next.count;
    if (seen > rank) return take_candidate ? next.log_ns - shift : next.log_ns;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> local_levels(std::span<const SlotValues> slots, double shift, std::size_t half_width) {
  std::vector<double> medians(slots.size()), levels(slots.size()), window;
  for (std::size_t k = 0; k < slots.size(); ++k) medians[k] = slot_median(slots[k], shift);
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const std::size_t first = k < half_width ? 0 : k - half_width;
    const std::size_t last = std::min(slots.size() - 1, k + half_width);
    window.clear();
    for (std::size_t i = first; i <= last; ++i)
      if (!std::isnan(medians[i])) window.push_back(medians[i]);
    levels[k] = window.empty() ? 0 : upper_median(window);
  }
  return levels;
}

// One run's residuals and what they say about each slot and arm.
class SlotFlags {
 public:
  SlotFlags(std::span<const SlotValues> slots, double shift, std::span<const double> level)
      : slots_(slots), shift_(shift), level_(level) {
    for (std::size_t k = 0; k < slots.size(); ++k) {
      pool(slots[k].candidate, level[k] + shift);
      pool(slots[k].baseline, level[k]);
    }
    if (grid_.total() == 0) return;
    ranks_ = grid_.mid_ranks();
    p90_cell_ = grid_.quantile_cell(0.9);
    candidate_.resize(slots.size());
    baseline_.resize(slots.size());
    measure();
    scale();
  }

  std::size_t usable() const { return usable_; }
  bool enough() const { return usable_ >= kFewestSlots; }
  Flag candidate(std::size_t slot) const { return flag(candidate_[slot]); }
  Flag baseline(std::size_t slot) const { return flag(baseline_[slot]); }

 private:
  void pool(const LogValues& times, double level) {
    for (const auto& value : times.values) grid_.add(ResidualGrid::cell(value.log_ns - level), value.count);
  }

  void measure() {
    for (std::size_t k = 0; k < slots_.size(); ++k) {
      if (!slots_[k].usable()) continue;
      candidate_[k] = slowness(slots_[k].candidate, level_[k] + shift_);
      baseline_[k] = slowness(slots_[k].baseline, level_[k]);
      ++usable_;
      requests_ += slots_[k].candidate.requests + slots_[k].baseline.requests;
    }
  }

  Slowness slowness(const LogValues& times, double level) const {
    double rank = 0;
    std::uint64_t above = 0;
    for (const auto& value : times.values) {
      const int cell = ResidualGrid::cell(value.log_ns - level);
      rank += value.count * ranks_[static_cast<std::size_t>(cell)];
      if (cell > p90_cell_) above += value.count;
    }
    const auto n = static_cast<double>(times.requests);
    return {rank / n, (static_cast<double>(above) - 0.1 * n) / std::sqrt(0.09 * n)};
  }

  void scale() {
    if (!enough()) return;
    std::vector<double> ranks, tails;
    for (std::size_t k = 0; k < slots_.size(); ++k) {
      if (!slots_[k].usable()) continue;
      for (const auto* slow : {&candidate_[k], &baseline_[k]}) {
        ranks.push_back(slow->rank);
        tails.push_back(std::fabs(slow->tail));
      }
    }
    rank_middle_ = upper_median(ranks);
    for (double& rank : ranks) rank = std::fabs(rank - rank_middle_);
    // Half of what chance alone does to a mean rank: without it, constant times would flag their slightest
    // ripple.
    const double least =
        0.5 * std::sqrt(static_cast<double>(usable_) / (6.0 * static_cast<double>(requests_)));
    rank_scale_ = std::max(least, kNormalMad * upper_median(ranks));
    tail_scale_ = std::max(1.0, kNormalMad * upper_median(tails));
  }

  Flag flag(const Slowness& slow) const {
    const double rank = (slow.rank - rank_middle_) / rank_scale_, tail = slow.tail / tail_scale_;
    if (rank > 5 || tail > 5.5) return Flag::strong;
    return rank > 3 || tail > 3.5 ? Flag::flagged : Flag::quiet;
  }

  std::span<const SlotValues> slots_;
  double shift_;
  std::span<const double> level_;
  ResidualGrid grid_;
  std::vector<double> ranks_;
  int p90_cell_ = 0;
  std::size_t usable_ = 0;
  std::uint64_t requests_ = 0;
  std::vector<Slowness> candidate_, baseline_;
  double rank_middle_ = 0, rank_scale_ = 1, tail_scale_ = 1;
};

void mark_disturbed(std::vector<char>& calm, std::size_t slot) {
  if (slot > 0) calm[slot - 1] = 0;
  calm[slot] = 0;
  if (slot + 1 < calm.size()) calm[slot + 1] = 0;
}

// Extends the running episode of one arm, of so many slots so far, or ends it.
void count_episode(Episodes& episodes, std::uint64_t& running, bool alone) {
  if (!alone) {
    running = 0;
    return;
  }
  if (running == 0) ++episodes.count;
  episodes.squares += 2 * running + 1;  // (n + 1)^2 in place of n^2
  ++episodes.slots;
  ++running;
}

}  // namespace

CalmTime find_calm_time(std::span<const SlotValues> slots, double shift, std::size_t half_width) {
  CalmTime result;
  result.level = local_levels(slots, shift, half_width);
  result.calm.assign(slots.size(), 0);
  const SlotFlags flags(slots, shift, result.level);
  result.usable_slots = flags.usable();
  if (!flags.enough()) return result;

  for (std::size_t k = 0; k < slots.size(); ++k) result.calm[k] = slots[k].usable();
  std::uint64_t candidate_runs = 0, baseline_runs = 0;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const Flag candidate = slots[k].usable() ? flags.candidate(k) : Flag::quiet;
    const Flag baseline = slots[k].usable() ? flags.baseline(k) : Flag::quiet;
    if (candidate != Flag::quiet || baseline != Flag::quiet) mark_disturbed(result.calm, k);
    count_episode(result.candidate, candidate_runs, candidate == Flag::strong && baseline == Flag::quiet);
    count_episode(result.baseline, baseline_runs, baseline == Flag::strong && candidate == Flag::quiet);
  }
  result.calm_slots = static_cast<std::size_t>(std::count(result.calm.begin(), result.calm.end(), char{1}));
  return result;
}

}  // namespace assay::stats
