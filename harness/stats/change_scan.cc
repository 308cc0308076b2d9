#include "stats/change_scan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/change_points.h"
#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr std::size_t kOrders = 999;          // p-values in steps of 1/1000
constexpr double kMostCorrelation = 0.9;      // beyond it nothing can be said anyway
constexpr double kCautionOfPart = 2;          // of the correction, in runs
constexpr double kLeastVariance = 1e-24;      // far below any real one
constexpr double kLeastResidualShare = 1e-9;  // of a perfect split
constexpr double kRounding = 1e-9;            // sums in another order are no other statistic

// Normal scores of the ranks; equal levels share the middle of theirs.
std::vector<double> normal_scores(std::span<const RunEstimate> runs) {
  const std::size_t n = runs.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return runs[a].value < runs[b].value; });
  std::vector<double> scores(n);
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    while (end < n && runs[order[end]].value == runs[order[begin]].value) ++end;
    const double rank = static_cast<double>(begin + end + 1) / 2;
    const double score = normal_quantile(rank / static_cast<double>(n + 1));
    for (std::size_t i = begin; i < end; ++i) scores[order[i]] = score;
  }
  return scores;
}

}  // namespace

ChangeScan::ChangeScan(std::span<const RunEstimate> runs) : runs_(runs.size()) {
  const std::vector<double> scores = normal_scores(runs);
  const double between = variance_between(runs);
  double sum = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const double inside = runs[i].standard_error * runs[i].standard_error;
    runs_[i] = {scores[i], 1 / std::max(between + inside, kLeastVariance)};
    sum += runs_[i].weight;
  }
  for (Scored& run : runs_) run.weight *= static_cast<double>(runs.size()) / sum;
  weights_.resize(runs.size() + 1);
  sums_.resize(runs.size() + 1);
  add_up();
  const double mean = sums_.back() / weights_.back();
  for (const Scored& run : runs_) total_ += run.weight * (run.score - mean) * (run.score - mean);
}

void ChangeScan::add_up() {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    weights_[i + 1] = weights_[i] + runs_[i].weight;
    sums_[i + 1] = sums_[i] + runs_[i].weight * runs_[i].score;
  }
}

double ChangeScan::squared_t(std::size_t from, std::size_t until) const {
  const double inside = weights_[until] - weights_[from], outside = weights_.back() - inside;
  const double sum = sums_[until] - sums_[from];
  const double difference = sum / inside - (sums_.back() - sum) / outside;
  const double share = difference * difference * inside * outside / weights_.back() / total_;
  const double freedom = static_cast<double>(runs_.size()) - 2;
  return freedom * share / std::max(1 - share, kLeastResidualShare);
}

// Variance of the difference of the means inside and outside of a stretch under a first-order autoregression,
// over what it is without.
double ChangeScan::inflation(std::size_t from, std::size_t until, double correlation) const {
  if (correlation == 0) return 1;
  const double inside = weights_[until] - weights_[from], outside = weights_.back() - inside;
  double independent = 0, shared = 0, carried = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const double side = i >= from && i < until ? 1 / inside : -1 / outside;
    const double part = side * std::sqrt(runs_[i].weight);
    independent += part * part;
    shared += part * carried;
    carried = correlation * (carried + part);
  }
  return std::max(1.0, 1 + 2 * shared / independent);
}

Stretch ChangeScan::strongest(ChangeShape shape, double correlation) {
  Stretch best;
  const std::size_t n = runs_.size(), least = kFewestRunsBeside;
  if (!(total_ > 0)) return best;
  for (std::size_t from = least; from + least <= n; ++from) {
    const bool step = shape == ChangeShape::step;
    const std::size_t last = step ? n : n - least;
    for (std::size_t until = step ? n : from + least; until <= last; ++until) {
      const double plain = squared_t(from, until);
      if (plain <= best.squared_t) continue;  // nor can it be, where it counts less
      const double counted = plain / inflation(from, until, correlation);
      if (counted > best.squared_t) best = {from, until, counted};
    }
  }
  return best;
}

double ChangeScan::p_value(ChangeShape shape, double squared_t, double level, Random& random) const {
  ChangeScan shuffled(*this);
  const double least = squared_t * (1 - kRounding);
  std::size_t as_strong = 1;
  for (std::size_t drawn = 0; drawn < kOrders; ++drawn) {
    for (std::size_t i = runs_.size() - 1; i > 0; --i)
      std::swap(shuffled.runs_[i], shuffled.runs_[random.below(i + 1)]);
    shuffled.add_up();
    if (shuffled.strongest(shape).squared_t >= least) ++as_strong;
    if (static_cast<double>(as_strong) > level * (kOrders + 1)) return 1;
  }
  return static_cast<double>(as_strong) / (kOrders + 1);
}

// Each part takes some of the correlation with its mean, and is given it back.
double ChangeScan::correlation(std::span<const std::size_t> begins) const {
  double products = 0, squares = 0, last = 0;
  std::size_t begin = 0;
  for (std::size_t part = 0; part <= begins.size(); ++part) {
    const std::size_t end = part < begins.size() ? begins[part] : runs_.size();
    const double mean = (sums_[end] - sums_[begin]) / (weights_[end] - weights_[begin]);
    for (; begin < end; ++begin) {
      const double rest = (runs_[begin].score - mean) * std::sqrt(runs_[begin].weight);
      products += rest * last;
      squares += rest * rest;
      last = rest;
    }
  }
  const auto parts = static_cast<double>(begins.size() + 1), n = static_cast<double>(runs_.size());
  const double caution = kCautionOfPart * parts / n, found = squares > 0 ? products / squares : 0;
  return std::clamp((found + caution) / std::max(1 - caution, kLeastResidualShare), 0.0, kMostCorrelation);
}

}  // namespace assay::stats
