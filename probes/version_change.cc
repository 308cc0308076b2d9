#include "probes/version_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "config/values.h"
#include "probes/balancing.h"
#include "probes/tick_order.h"

namespace assay::probes {
namespace {

constexpr config::WholeRange kInstances{1, 100};
constexpr config::DurationRange kConvergeRange{std::chrono::milliseconds(1), std::chrono::hours(24)};
// A load balancer that counts connections spreads them only while they are open.
constexpr std::size_t kAtOnce = 10;
constexpr std::string_view kVersion =
    "version";  // a measure: the text, and how many answers of the tick said it

std::string read_version(const config::ProbeReading& reading, std::string_view key, std::string_view hint) {
  const config::Node* node = reading.require(key, hint);
  if (node == nullptr) return {};
  std::string version = reading.text(*node, key).value_or("");
  if (version.empty()) reading.error(*node, "this version is empty", std::string(hint));
  return version;
}

void read_time(const config::ProbeReading& reading, VersionChange& change) {
  const config::Node* node = reading.find("converge_within");
  if (node == nullptr) return;
  change.converge_within = config::read_duration(reading.context, *node, "converge_within", kConvergeRange);
  if (change.converge_within && *change.converge_within <= reading.spec.every)
    reading.error(*node, "this is not longer than the time between two ticks",
                  "use a shorter \"every\"; it is " + format_duration(reading.spec.every));
}

// What one tick saw.
struct Look {
  Nanos due{0}, ended{0};
  std::size_t old = 0, fresh = 0;
};

struct Timeline {
  std::vector<Look> looks;  // ticks with an answer of one of both versions, in order
  VersionCounts others;
};

void count_in(const VersionChange& change, const Measure& measure, Look& look, VersionCounts& others) {
  const auto answers = static_cast<std::size_t>(measure.number);
  if (measure.text == change.from) {
    look.old += answers;
  } else if (measure.text == change.to) {
    look.fresh += answers;
  } else {
    others[measure.text] += answers;
  }
}

Timeline timeline_of(const VersionChange& change, std::span<const Tick> ticks) {
  Timeline timeline;
  for (const Tick* tick : in_order(ticks)) {
    Look look{tick->due, tick->ended};
    for (const Measure& measure : tick->measures)
      if (measure.name == kVersion) count_in(change, measure, look, timeline.others);
    if (look.old + look.fresh > 0) timeline.looks.push_back(look);
  }
  return timeline;
}

struct ChangeCourse {
  bool old_seen = false, fresh_seen = false;
  Nanos begin{0};                          // the earliest moment at which the change can have begun
  std::optional<Nanos> complete;           // of the last run of `to`
  std::optional<Nanos> mixed, mixed_last;  // `from` at or after the first `to`: the first and the last time
  std::optional<Nanos> back;               // `from` after a run that chance does not explain
  std::size_t run = 0, run_before_back = 0;
};

// Walks over the looks in order.
class CourseFinder {
 public:
  explicit CourseFinder(std::optional<std::uint64_t> instances) : instances_(instances.value_or(1)) {
    if (instances) settled_ = answers_that_meet_all(*instances);
  }

  void see(const Look& look) {
    if (!course_.fresh_seen && look.fresh > 0) begin(look);
    if (look.old > 0) see_old(look);
    if (look.old == 0) see_fresh(look);
    course_.old_seen = course_.old_seen || look.old > 0;
    last_ended_ = look.ended;
  }

  const ChangeCourse& course() const { return course_; }

 private:
  void begin(const Look& look) {
    course_.fresh_seen = true;
    course_.begin = course_.old_seen ? std::min(last_ended_, look.due) : look.due;
  }

  void see_old(const Look& look) {
    if (course_.fresh_seen) {
      if (!course_.mixed) course_.mixed = look.due;
      course_.mixed_last = look.due;
    }
    if (settled_ && course_.run >= *settled_ && !course_.back) {
      course_.back = look.due;
      course_.run_before_back = course_.run;
    }
    course_.run = 0;
    course_.complete.reset();
  }

  void see_fresh(const Look& look) {
    course_.run += look.fresh;
    if (course_.run >= instances_ && !course_.complete) course_.complete = look.ended;
  }

  std::uint64_t instances_;
  std::optional<std::uint64_t> settled_;  // so many answers cannot have missed an instance
  Nanos last_ended_{0};
  ChangeCourse course_;
};

class ChangeJudge {
 public:
  ChangeJudge(const VersionChange& change, const Timeline& timeline, Judgement& judgement)
      : change_(change), timeline_(timeline), judgement_(judgement) {
    CourseFinder finder(change.instances);
    for (const Look& look : timeline.looks) finder.see(look);
    course_ = finder.course();
  }

  void judge() {
    judge_others();
    if (timeline_.looks.empty())
      return judgement_.could_not("change of the version", "no answer showed " + both());
    judge_begin();
    if (!course_.fresh_seen) return;
    judge_completion();
    judge_mixture();
    judge_return();
  }

 private:
  std::string both() const { return change_.from + " or " + change_.to; }

  void judge_others() {
    judgement_.require(timeline_.others.empty(), "third version", "only " + both(),
                       timeline_.others.empty() ? "no other" : shown(timeline_.others));
  }

  // Whoever looks only afterwards cannot tell how long it took.
  void judge_begin() {
    if (!course_.fresh_seen) {
      judgement_.require(
          false, "new version", change_.to,
          fmt::format("{} only, in {} ticks", change_.from, format_count(timeline_.looks.size())));
    } else if (!course_.old_seen) {
      const std::string observed = change_.from + " was never seen: the change was over when the probe began";
      if (change_.converge_within) return judgement_.could_not("begin of the change", observed);
      judgement_.advise(false, "begin of the change", change_.from + " at first", observed);
    }
  }

  void judge_completion() {
    const Look& last = timeline_.looks.back();
    const std::string expected =
        (change_.instances ? fmt::format("{} answers in a row with {}", *change_.instances, change_.to)
                           : "only " + change_.to) +
        (change_.converge_within ? " within " + format_duration(*change_.converge_within) : "");
    if (course_.complete) {
      const Nanos took = *course_.complete - course_.begin;
      judgement_.require(
          !change_.converge_within || took <= *change_.converge_within, "convergence", expected,
          fmt::format("after {}, at {}", format_duration(took), moment_text(*course_.complete)));
      return;
    }
    const Nanos watched = last.ended - course_.begin;
    const std::string observed =
        course_.mixed_last
            ? fmt::format("{} still at {}, {} after {} came first", change_.from,
                          moment_text(*course_.mixed_last), format_duration(watched), change_.to)
            : fmt::format("{} such answer{} until the end", course_.run, course_.run == 1 ? "" : "s");
    if (change_.converge_within && watched < *change_.converge_within)
      return judgement_.could_not(
          "convergence", observed + "; it was not watched for " + format_duration(*change_.converge_within));
    judgement_.require(false, "convergence", expected, observed);
  }

  void judge_mixture() {
    if (change_.mixed_ok) return;
    judgement_.require(
        !course_.mixed, "mixed versions", "never " + change_.from + " once " + change_.to + " came",
        course_.mixed ? fmt::format("{} at {}, and last at {}", change_.from, moment_text(*course_.mixed),
                                    moment_text(*course_.mixed_last))
                      : "none");
  }

  void judge_return() {
    if (!change_.instances)
      return judgement_.add(ProbeState::skip, "return of the old version", "never " + change_.from,
                            "not judged: without \"instances\" it looks like a mixture that lasts");
    judgement_.require(
        !course_.back, "return of the old version", "never " + change_.from + " after convergence",
        course_.back ? fmt::format("{} again at {}, after {} answers in a row with {}", change_.from,
                                   moment_text(*course_.back), course_.run_before_back, change_.to)
                     : "none");
  }

  const VersionChange& change_;
  const Timeline& timeline_;
  Judgement& judgement_;
  ChangeCourse course_;
};

// One fact for all answers with trouble, not one for each.
void judge_troubles(Exchanges all, Judgement& judgement) {
  const auto broken =
      std::find_if(all.begin(), all.end(), [](const Exchange& one) { return !one.answer.ok(); });
  if (broken != all.end()) judgement.trouble(broken->ask, broken->answer);
}

void judge_counts(const VersionChange& change, const VersionCounts& counts, Judgement& judgement) {
  const bool old = counts.contains(change.from), fresh = counts.contains(change.to);
  const auto known = static_cast<std::size_t>(old) + static_cast<std::size_t>(fresh);
  judgement.require(counts.size() == known, "version", change.from + " or " + change.to, shown(counts));
  if (old && fresh && !change.mixed_ok)
    judgement.require(false, "mixed versions", "one version at a time", shown(counts));
  for (const auto& [version, count] : counts)
    judgement.note({std::string(kVersion), static_cast<double>(count), version});
}

}  // namespace

std::shared_ptr<const config::ProbeSettings> read_version_change(const config::ProbeReading& reading) {
  auto change = std::make_shared<VersionChange>();
  change->source = read_version_source(reading);
  change->from = read_version(reading, "from", "write the version before the change, like from: \"1.4.1\"");
  change->to = read_version(reading, "to", "write the version after the change, like to: \"1.4.2\"");
  if (!change->from.empty() && change->from == change->to)
    reading.error(*reading.find("to"), "this changes nothing: \"from\" and \"to\" are the same version");
  if (const config::Node* node = reading.find("instances"))
    change->instances = config::read_whole(reading.context, *node, "instances", kInstances);
  if (const config::Node* node = reading.find("mixed_ok"))
    config::assign(change->mixed_ok, config::read_bool(reading.context, *node, "mixed_ok"));
  read_time(reading, *change);
  require_repetition(reading);
  return change;
}

std::vector<client::Ask> next_versions(const Probe& probe, Exchanges so_far) {
  const auto& change = probe.settings<VersionChange>();
  const std::uint64_t wanted = change.instances.value_or(1);
  const std::size_t left = wanted - std::min<std::size_t>(so_far.size(), wanted);
  return std::vector<client::Ask>(std::min(left, kAtOnce), change.source.ask(probe));
}

Judgement judge_versions(const Probe& probe, Exchanges all) {
  const auto& change = probe.settings<VersionChange>();
  VersionCounts counts, problems;
  std::string age;
  for (const Exchange& exchange : all) {
    if (!exchange.answer.ok()) continue;
    const VersionFound found = change.source.find(*exchange.answer.http());
    ++(found.problem.empty() ? counts[found.version] : problems[found.problem]);
    if (age.empty()) age = found.age;
  }
  Judgement judgement;
  judge_troubles(all, judgement);
  if (!problems.empty())
    judgement.require(false, "version", "a version in " + change.source.where(), shown(problems));
  if (!counts.empty()) judge_counts(change, counts, judgement);
  if (!age.empty())
    judgement.advise(false, "freshness", "an answer of the build itself", age + ", so of a cache");
  return judgement;
}

void judge_version_change(const VersionChange& change, std::span<const Tick> ticks, Judgement& judgement) {
  const Timeline timeline = timeline_of(change, ticks);
  ChangeJudge(change, timeline, judgement).judge();
}

}  // namespace assay::probes
