#include "probes/bound.h"

#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;
using std::chrono::hours;

TEST_CASE("bound: each sign says on which side its own value lies") {
  struct Row {
    Bound::Sense sense;
    bool below, at, above;
    std::string shown;
  };
  const Row rows[] = {{Bound::Sense::equal, false, true, false, "1h"},
                      {Bound::Sense::below, true, false, false, "< 1h"},
                      {Bound::Sense::at_most, true, true, false, "<= 1h"},
                      {Bound::Sense::above, false, false, true, "> 1h"},
                      {Bound::Sense::at_least, false, true, true, ">= 1h"}};
  for (const Row& row : rows) {
    const Bound bound{row.sense, hours(1)};
    CHECK(bound.holds(hours(1) - std::chrono::seconds(1)) == row.below);
    CHECK(bound.holds(hours(1)) == row.at);
    CHECK(bound.holds(hours(1) + std::chrono::seconds(1)) == row.above);
    CHECK(bound.shown() == row.shown);
  }
}

TEST_CASE("bound: what is no duration is refused") {
  const auto age = [](std::string_view text) {
    return "kind: caching\nexpect: { /: { max_age: " + std::string(text) + " } }";
  };
  CHECK(staged(age("1h")).errors.empty());
  CHECK(staged(age("\">=1h30m\"")).errors.empty());
  CHECK(is_refused(age("\">= 365\""), "has no unit"));
  CHECK(is_refused(age("3600"), "must be a duration, or a bound such as \">= 1h\""));
  CHECK(is_refused(age("\"=> 1h\""), "must be a duration, or a bound"));
  CHECK(is_refused(age("\"< 0s\""), "nothing is shorter than 0s"));
}
