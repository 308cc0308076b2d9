#include "stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "stats/change_scan.h"

namespace assay::stats {
namespace {

// Most changes are steps, so they get most of the chance of an error.
constexpr double kStepLevel = 0.015, kEpisodeLevel = kChangeLevel - kStepLevel;

// The sum of all distances from the median.
double deviation(std::span<const RunEstimate> runs) {
  std::vector<double> values;
  for (const RunEstimate& run : runs) values.push_back(run.value);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  double sum = 0;
  for (const double value : values) sum += std::abs(value - *middle);
  return sum;
}

// Where both sides lie closest to their medians; at least twice kFewestRunsBeside runs.
std::size_t least_deviation_split(std::span<const RunEstimate> runs) {
  std::size_t best = kFewestRunsBeside;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t first = kFewestRunsBeside; first + kFewestRunsBeside <= runs.size(); ++first) {
    const double sum = deviation(runs.first(first)) + deviation(runs.subspan(first));
    if (sum < least) best = first;
    least = std::min(least, sum);
  }
  return best;
}

class Search {
 public:
  Search(std::span<const RunEstimate> runs, std::uint64_t seed) : runs_(runs), random_(seed, 0) {}

  std::vector<ChangePoint> changes() {
    search(0, runs_.size());
    std::sort(found_.begin(), found_.end(),
              [](const ChangePoint& a, const ChangePoint& b) { return a.first < b.first; });
    place_again();
    return std::move(found_);
  }

 private:
  enum class Caution : bool { off, on };

  struct Proof {
    Stretch stretch;
    double p_value = 1;
  };

  // Empty: neither a step nor an episode is proven.
  Proof proven(std::span<const RunEstimate> runs, Caution caution) {
    ChangeScan scan(runs);
    double correlation = 0;
    if (caution == Caution::on) correlation = scan.correlation(rough_parts(runs, scan));
    for (const auto& [shape, level] :
         {std::pair(ChangeShape::step, kStepLevel), std::pair(ChangeShape::episode, kEpisodeLevel)}) {
      const Stretch stretch = scan.strongest(shape, correlation);
      if (stretch.until == 0) continue;
      const double p_value = scan.p_value(shape, stretch.squared_t, level, random_);
      if (p_value <= level) return {stretch, p_value};
    }
    return {};
  }

  // Parts as they would be if runs did not resemble their neighbours: too many rather than too few, so that
  // no change looks like resemblance.
  std::vector<std::size_t> rough_parts(std::span<const RunEstimate> runs, ChangeScan& scan) {
    std::vector<std::size_t> begins;
    add_parts(runs, 0, begins);
    if (begins.empty()) {
      const Stretch best = scan.strongest(ChangeShape::step);
      if (best.until != 0) begins.push_back(best.from);
    }
    return begins;
  }

  void add_parts(std::span<const RunEstimate> runs, std::size_t begin, std::vector<std::size_t>& begins) {
    if (runs.size() < kFewestRunsForChange) return;
    const auto [from, until, squared_t] = proven(runs, Caution::off).stretch;
    if (until == 0) return;
    add_parts(runs.first(from), begin, begins);
    begins.push_back(begin + from);
    add_parts(runs.subspan(from, until - from), begin + from, begins);
    if (until < runs.size()) begins.push_back(begin + until);
    add_parts(runs.subspan(until), begin + until, begins);
  }

  void search(std::size_t begin, std::size_t end) {
    if (end - begin < kFewestRunsForChange) return;
    const Proof proof = proven(runs_.subspan(begin, end - begin), Caution::on);
    if (proof.stretch.until == 0) return;
    const std::size_t from = begin + proof.stretch.from, until = begin + proof.stretch.until;
    found_.push_back({.first = from, .before = 0, .after = 0, .p_value = proof.p_value});
    if (until < end) found_.push_back({.first = until, .before = 0, .after = 0, .p_value = proof.p_value});
    search(begin, from);
    search(from, until);
    search(until, end);
  }

  // Ranks prove a change; where it lies the levels themselves know better. What lay beyond a neighbour may
  // have pulled it aside, too.
  void place_again() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::size_t begin = i == 0 ? 0 : found_[i - 1].first;
      const std::size_t end = i + 1 == found_.size() ? runs_.size() : found_[i + 1].first;
      found_[i].first = begin + least_deviation_split(runs_.subspan(begin, end - begin));
    }
  }

  std::span<const RunEstimate> runs_;
  Random random_;
  std::vector<ChangePoint> found_;
};

// The parts between changes have at least three runs each.
void note_levels(std::span<const RunEstimate> runs, LevelCourse& course) {
  double freedom = 0, squares = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= course.changes.size(); ++i) {
    const std::size_t end = i < course.changes.size() ? course.changes[i].first : runs.size();
    const auto part = runs.subspan(begin, end - begin);
    const auto level = stored_reference(part, part);
    begin = end;
    if (!level) continue;
    const double count = static_cast<double>(part.size()) - 1;
    freedom += count;
    squares += count * level->between;
    if (i > 0) course.changes[i - 1].after = level->value;
    if (i < course.changes.size()) course.changes[i].before = level->value;
  }
  course.between = freedom > 0 ? squares / freedom : 0;
}

}  // namespace

LevelCourse level_course(std::span<const RunEstimate> runs, std::uint64_t seed) {
  LevelCourse course;
  course.searched = runs.size() >= kFewestRunsForChange;
  if (course.searched) course.changes = Search(runs, seed).changes();
  note_levels(runs, course);
  return course;
}

}  // namespace assay::stats
