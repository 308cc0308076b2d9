// Random ticks against two independent views of the same thing: the definition of an outage written down as
// plainly as possible, and a simulated service whose true outages are known.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/random.h"
#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

// Each due time occurs once, so that "before" and "after" are never in doubt.
std::vector<Tick> random_ticks(Random& random) {
  std::vector<Tick> ticks;
  const std::int64_t count = between(random, 1, 40);
  for (std::int64_t i = 0; i < count; ++i) {
    constexpr ProbeState kStates[] = {ProbeState::pass, ProbeState::pass,  ProbeState::warn,
                                      ProbeState::fail, ProbeState::error, ProbeState::skip};
    ticks.push_back(tick(100 * i + 50, kStates[random.below(6)], between(random, 1, 350)));
  }
  for (std::size_t i = ticks.size(); i > 1; --i) std::swap(ticks[i - 1], ticks[random.below(i)]);
  return ticks;
}

std::vector<LoadFailures> random_load(Random& random, std::int64_t tick_count) {
  std::vector<LoadFailures> load;
  for (std::int64_t i = between(random, 0, 4); i > 0; --i) {
    const std::int64_t from = 100 * between(random, 0, tick_count - 1) + 50 + between(random, 1, 99);
    load.push_back({ms(from), ms(from + between(random, 0, 300)), random.below(5) + 1});
  }
  return load;
}

bool is_good(const Tick& tick) { return tick.state == ProbeState::pass || tick.state == ProbeState::warn; }

struct Plain {
  std::optional<Nanos> good_before, good_after;
  Nanos first_failed = Nanos::max(), last_failed = Nanos::min();
  std::uint64_t ticks = 0, requests = 0;
};

// For every single failure: the good ticks next to it. Failures between the same good ticks are one outage.
class Reference {
 public:
  Reference(const std::vector<Tick>& ticks, const std::vector<LoadFailures>& load, Nanos series_end)
      : ticks_(ticks), load_(load), end_(series_end) {
    for (const Tick& tick : ticks)
      if (tick.state == ProbeState::fail) add(tick.due, tick.ended, 1, 0);
    for (const LoadFailures& failures : load)
      if (failures.from <= end_) add(failures.from, std::min(failures.until, end_), 0, failures.requests);
  }

  std::vector<Plain> outages() const {
    std::vector<Plain> all;
    for (const auto& [neighbours, outage] : found_) all.push_back(outage);
    return all;
  }

 private:
  bool ends_outages(const Tick& tick) const {
    return is_good(tick) && std::none_of(load_.begin(), load_.end(), [&](const LoadFailures& failures) {
             return failures.from < tick.due && tick.due < std::min(failures.until, end_);
           });
  }

  void add(Nanos from, Nanos until, std::uint64_t ticks, std::uint64_t requests) {
    const Tick* before = nullptr;
    const Tick* after = nullptr;
    for (const Tick& tick : ticks_) {
      if (!ends_outages(tick)) continue;
      if (tick.due < from && (before == nullptr || tick.due > before->due)) before = &tick;
      if (tick.due > from && (after == nullptr || tick.due < after->due)) after = &tick;
    }
    Plain& outage = found_[before == nullptr ? Nanos::min() : before->due];
    outage.first_failed = std::min(outage.first_failed, from);
    const Nanos stop = after == nullptr ? until : std::min(until, after->due);
    outage.last_failed = std::max(outage.last_failed, stop);
    if (before != nullptr) outage.good_before = std::min(before->ended, outage.first_failed);
    if (after != nullptr) outage.good_after = after->due;
    outage.ticks += ticks;
    outage.requests += requests;
  }

  const std::vector<Tick>& ticks_;
  const std::vector<LoadFailures>& load_;
  Nanos end_;
  std::map<Nanos, Plain> found_;
};

void check_same(const ProbeOutage& outage, const Plain& expected) {
  CHECK(outage.good_before == expected.good_before);
  CHECK(outage.good_after == expected.good_after);
  CHECK(outage.first_failed == expected.first_failed);
  CHECK(outage.last_failed == expected.last_failed);
  CHECK(outage.ticks == expected.ticks);
  CHECK(outage.from_load == (expected.ticks == 0));
  std::uint64_t causes = 0;
  for (const auto& [cause, count] : outage.causes) causes += count;
  CHECK(causes == expected.ticks + expected.requests);
}

void check_order(const ProbeSeries& series) {
  Nanos down{0}, longest{0}, previous_end = series.start;
  for (const ProbeOutage& outage : series.outages) {
    CHECK(outage_begin(outage, series) >= previous_end);
    CHECK(outage_begin(outage, series) <= outage.first_failed);
    CHECK(outage.first_failed <= outage.last_failed);
    CHECK(outage.last_failed <= outage_end(outage, series));
    CHECK(at_least(outage) <= at_most(outage, series));
    previous_end = outage_end(outage, series);
    down += at_most(outage, series);
    longest = std::max(longest, at_most(outage, series));
  }
  CHECK(previous_end <= series.start + series.length);
  CHECK(series.down == down);
  CHECK(series.longest_outage == longest);
  CHECK(series.down <= series.length);
}

// ---- a service with known outages
struct Down {
  Nanos from, until;
};

constexpr std::int64_t kInterval = 100, kTimeout = 40;

// Down now and then; a tick is good where it was answered in a time without an outage.
std::vector<Down> random_outages(Random& random, std::int64_t length_ms) {
  std::vector<Down> outages;
  for (std::int64_t at = between(random, 1, 800); at < length_ms;) {
    const std::int64_t until = at + between(random, 1, 400);
    outages.push_back({ms(at), ms(until)});
    at = until + between(random, 1, 900);
  }
  return outages;
}

std::vector<Tick> watched(const std::vector<Down>& outages, Random& random, std::int64_t length_ms) {
  std::vector<Tick> ticks;
  for (std::int64_t due = 0; due < length_ms; due += kInterval) {
    Tick made = tick(due, ProbeState::pass, between(random, 1, kTimeout));
    const bool hit = std::any_of(outages.begin(), outages.end(), [&](const Down& down) {
      return down.from <= made.ended && made.due < down.until;
    });
    if (hit) made.state = ProbeState::fail;
    ticks.push_back(std::move(made));
  }
  return ticks;
}

void check_seen(const Down& down, const ProbeSeries& series, const std::vector<Tick>& ticks) {
  const bool failed = std::any_of(ticks.begin(), ticks.end(), [&](const Tick& tick) {
    return down.from <= tick.ended && tick.due < down.until;
  });
  // The detection limit that reports state.
  const bool whole = down.until <= ticks.back().due;
  if (whole && down.until - down.from > ms(kInterval + kTimeout)) CHECK(failed);
  if (!failed || !whole) return;
  const auto covers = [&](const ProbeOutage& outage) {
    return outage_begin(outage, series) <= down.from && down.until <= outage_end(outage, series);
  };
  const auto found = std::find_if(series.outages.begin(), series.outages.end(), covers);
  REQUIRE(found != series.outages.end());
  CHECK(at_most(*found, series) >= down.until - down.from);
}

}  // namespace

TEST_CASE("outages: random ticks agree with the plain definition") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    Random random(seed, 1);
    const std::vector<Tick> ticks = random_ticks(random);
    const std::vector<LoadFailures> load = random_load(random, static_cast<std::int64_t>(ticks.size()));
    const ProbeSeries made = series(ticks, load);
    const std::vector<Plain> expected = Reference(ticks, load, made.start + made.length).outages();
    REQUIRE(made.outages.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) check_same(made.outages[i], expected[i]);
    check_order(made);
  }
}

TEST_CASE(
    "outages: every true outage that was touched lies within the upper bound, and long ones are touched") {
  std::size_t seen = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    CAPTURE(seed);
    Random random(seed, 2);
    const std::vector<Down> outages = random_outages(random, 5000);
    const std::vector<Tick> ticks = watched(outages, random, 5000);
    const ProbeSeries made = series_of(ticks, {"new", ms(kInterval), ms(kTimeout)}, {}, {});
    for (const Down& down : outages) check_seen(down, made, ticks);
    check_order(made);
    seen += made.outages.size();
  }
  CHECK(seen > 500);
}
