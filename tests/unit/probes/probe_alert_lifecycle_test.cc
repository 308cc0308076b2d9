// The way of an alert against a made-up Prometheus, Alertmanager and receiver, one second a poll.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/unit/probes/prometheus_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

// Polls after the fault began, or after it was taken back; -1: never.
struct Story {
  int pending = 1, firing = 3, managed = 4, notified = 5;
  int inactive = 2, told = 3;
  int flaps = 0;             // times that it is pending for a poll and then is not, before that
  std::string suppressed{};  // JSON of "silencedBy" and the like
  std::string receiver = "assay";
  int history_shift_s = 0;  // by how much ALERTS tells another story
  int inject_status = 200, clear_status = 200;
  int clock_ahead_s = 0;  // of Prometheus
  std::string value = "5000";
  bool polls_see = true;  // false: it is active between polls only
  int kept_s = 0;         // keep_firing_for
  // Since the fault: Alertmanager, Prometheus is gone from this poll on.
  int manager_gone = -1, prometheus_gone = -1;
  int failed_attempts = 0, given_up = 0;  // of Alertmanager, by the time that it is asked again
  std::string group_wait = "1s";
  int inject_takes_s = 0;
};

class AlertWorld {
 public:
  explicit AlertWorld(Story story) : story_(std::move(story)) {
    prometheus_.rules = fmt::format(
        R"([{{"name":"shop","interval":1,"rules":[{{"type":"alerting","name":"QueueDeep","query":"queue_depth > 1000","duration":2,)"
        R"("keepFiringFor":{},"labels":{{"severity":"critical"}},"health":"ok","state":"inactive"}}]}}])",
        story_.kept_s);
    prometheus_.alertmanager = "route:\n  receiver: assay\n  group_wait: " + story_.group_wait +
                               "\n  group_interval: 2s\nreceivers:\n- name: assay\n  "
                               "webhook_configs:\n  - url: http://x/\n";
    prometheus_.queries["count(queue_depth)"] = "[" + vector_series("", "1") + "]";
    prometheus_.queries["queue_depth"] = "[" + vector_series("", story_.value) + "]";
  }

  client::Answer operator()(const client::Ask& ask) {
    if (std::holds_alternative<client::ListenAsk>(ask.what)) return {};
    if (std::holds_alternative<client::ReceiveAsk>(ask.what))
      return inbox(std::get<client::ReceiveAsk>(ask.what).after);
    const auto& sent = std::get<client::HttpAsk>(ask.what);
    if (sent.url.ends_with("/fault")) return fault(sent.method == "POST");
    const bool is_manager = sent.url.starts_with("http://127.0.0.1:9093");
    if (past(since_fault(), is_manager ? story_.manager_gone : story_.prometheus_gone)) return gone();
    if (sent.url.find("/api/v1/alerts") != std::string::npos &&
        sent.url.find("alertmanagers") == std::string::npos)
      return alerts();
    if (sent.url.find("/api/v1/alertmanagers") != std::string::npos)
      return http_answer(200, {},
                         R"({"status":"success","data":{"activeAlertmanagers":[{"url":"http://am"}]}})");
    if (sent.url.find("/api/v2/alerts") != std::string::npos) return managed();
    if (sent.url.find("/api/v2/silences") != std::string::npos) return http_answer(200, {}, "[]");
    if (sent.url.find("/metrics") != std::string::npos) return metrics();
    if (ask.label == "time")
      return http_answer(
          200, {},
          fmt::format(R"({{"status":"success","data":{{"resultType":"scalar","result":[0,"{}"]}}}})",
                      story_.clock_ahead_s));
    if (sent.url.find("ALERTS") != std::string::npos) return history();
    return prometheus_(ask);
  }

  bool fault_is_on() const { return fault_at_ >= 0 && cleared_at_ < 0; }

 private:
  static bool past(int since, int event) { return event >= 0 && since >= event; }
  int since_fault() const { return fault_at_ < 0 ? -1 : polls_ - fault_at_; }
  int since_clear() const { return cleared_at_ < 0 ? -1 : polls_ - cleared_at_; }

  static client::Answer gone() {
    client::Answer answer;
    answer.trouble = client::Trouble::refused;
    answer.problem = "Connection refused";
    return answer;
  }

  // The first look is before the fault.
  client::Answer metrics() const {
    const bool is_after = fault_at_ >= 0;
    return http_answer(
        200, {},
        fmt::format("alertmanager_notification_requests_failed_total{{integration=\"webhook\"}} {}\n"
                    "alertmanager_notifications_failed_total{{integration=\"webhook\"}} {}\n",
                    7 + (is_after ? story_.failed_attempts : 0), 2 + (is_after ? story_.given_up : 0)));
  }

  client::Answer fault(bool begins) {
    const int status = begins ? story_.inject_status : story_.clear_status;
    if (begins) polls_ += story_.inject_takes_s;
    if (status < 400) (begins ? fault_at_ : cleared_at_) = polls_;
    client::Answer answer = http_answer(status, {});
    if (begins) answer.phases.done = std::chrono::seconds(story_.inject_takes_s);
    return answer;
  }

  std::string state() const {
    if (past(since_clear(), story_.inactive)) return "";
    if (past(since_fault(), story_.firing)) return "firing";
    const int flapping = 2 * story_.flaps;
    if (since_fault() >= 1 && since_fault() <= flapping) return since_fault() % 2 == 1 ? "pending" : "";
    return past(since_fault(), story_.pending) ? "pending" : "";
  }

  std::string iso(int poll) const {
    return fmt::format("1970-01-01T00:{:02}:{:02}Z", (poll + story_.clock_ahead_s) / 60,
                       (poll + story_.clock_ahead_s) % 60);
  }

  client::Answer alerts() {
    ++polls_;
    const std::string now = story_.polls_see ? state() : "";
    const std::string one =
        now.empty()
            ? ""
            : fmt::format(
                  R"({{"labels":{{"alertname":"QueueDeep","severity":"critical"}},"state":"{}","activeAt":"{}"}})",
                  now, iso(std::max(0, fault_at_ + story_.pending - 1)));
    return http_answer(200, {}, R"({"status":"success","data":{"alerts":[)" + one + "]}}");
  }

  client::Answer managed() const {
    if (!past(since_fault(), story_.managed) || past(since_clear(), story_.inactive))
      return http_answer(200, {}, "[]");
    return http_answer(
        200, {},
        R"([{"labels":{"alertname":"QueueDeep","severity":"critical"},"receivers":[{"name":")" +
            story_.receiver + R"("}],"status":{"state":"active")" +
            (story_.suppressed.empty() ? "" : "," + story_.suppressed) + "}}]");
  }

  client::Answer inbox(std::size_t after) const {
    client::InboxAnswer box;
    const auto add = [&](const char* status, int poll) {
      client::Message message;
      message.came = TimePoint(std::chrono::seconds(poll - 1));  // the first look is at 0
      message.body = fmt::format(
          R"({{"receiver":"{}","alerts":[{{"status":"{}","labels":{{"alertname":"QueueDeep","severity":"critical"}}}}]}})",
          story_.receiver, status);
      box.messages.push_back(std::move(message));
    };
    if (past(since_fault(), story_.notified)) add("firing", fault_at_ + story_.notified);
    if (past(since_clear(), story_.told)) add("resolved", cleared_at_ + story_.told);
    box.messages.erase(box.messages.begin(), box.messages.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                        after, box.messages.size())));
    client::Answer answer;
    answer.what = std::move(box);
    return answer;
  }

  client::Answer history() const {
    const auto series = [&](const char* state, int from, int until) {
      std::string values;
      for (int at = from; at <= until; ++at)
        values += fmt::format("{}[{},\"1\"]", values.empty() ? "" : ",", at + story_.clock_ahead_s);
      return fmt::format(
          R"({{"metric":{{"__name__":"ALERTS","alertname":"QueueDeep","severity":"critical","alertstate":"{}"}},"values":[{}]}})",
          state, values);
    };
    const int fires = fault_at_ + story_.firing - 1 + story_.history_shift_s;
    const int ends = story_.firing >= 0 ? fires - 1
                     : story_.polls_see ? cleared_at_
                                        : fault_at_ + story_.pending;
    std::string all;
    if (story_.pending >= 0) all = series("pending", fault_at_ + story_.pending - 1, ends);
    if (story_.firing >= 0) all += "," + series("firing", fires, fires + 5);
    return http_answer(200, {},
                       R"({"status":"success","data":{"resultType":"matrix","result":[)" + all + "]}}");
  }

  Story story_;
  PrometheusWorld prometheus_;
  int polls_ = 0, fault_at_ = -1, cleared_at_ = -1;
};

const std::string kProbe =
    "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
    "http://127.0.0.1:9093\n"
    "receiver: { listen: \"127.0.0.1:9099\", name: assay }\ninject: { http: { path: /fault, method: POST } "
    "}\n"
    "clear: { http: { path: /fault, method: DELETE } }\ndangerous: [127.0.0.1]\n";

Judgement followed(Story story, const std::string& more =
                                    "expect: { pending_within: 6s, firing_within: 8s, notified_within: 12s, "
                                    "resolved_within: 6s, resolved_notified_within: 12s }") {
  AlertWorld world(std::move(story));
  Judgement judgement = judged(made(kProbe + more), [&](const client::Ask& ask) { return world(ask); });
  CHECK_FALSE(world.fault_is_on());
  return judgement;
}

std::string says(Story story) { return summary(followed(std::move(story))); }

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const ProbeFact& fact(const Judgement& judgement, std::string_view what) {
  const auto found = std::find_if(judgement.facts().begin(), judgement.facts().end(),
                                  [&](const ProbeFact& one) { return one.what == what; });
  REQUIRE(found != judgement.facts().end());
  return *found;
}

}  // namespace

TEST_CASE("alert-lifecycle: the whole way, with the time of each hop") {
  const Judgement judgement = followed({});
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(fact(judgement, "notified").observed == "after 5s by receiver assay");
  CHECK(fact(judgement, "end notified").observed == "after 3s");
  CHECK(fact(judgement, "history").state == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: the clock of Prometheus does not matter") {
  for (const int ahead : {0, 17, 1000}) {
    const Judgement judgement = followed({.clock_ahead_s = ahead});
    INFO(ahead, summary(judgement));
    CHECK(judgement.state() == ProbeState::pass);
    CHECK(fact(judgement, "pending").observed == fact(followed({}), "pending").observed);
  }
}

TEST_CASE("alert-lifecycle: a hop that does not come is named, and the next ones are not judged") {
  const Judgement never =
      followed({.pending = -1, .firing = -1, .managed = -1, .notified = -1, .value = "12"});
  CHECK(has(summary(never),
            "fail: pending: expected within 6s, got not at all: the condition was never true: its value is "
            "12 now, and must be > 1000"));
  CHECK(fact(never, "firing").state == ProbeState::skip);
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1}),
            "fail: firing: expected within 8s, got not at all: it is pending, and `for` is 2s"));
  CHECK(has(says({.pending = -1, .firing = -1, .managed = -1, .notified = -1, .flaps = 10}),
            "the condition did not hold for 2s"));
  CHECK(has(says({.managed = -1, .notified = -1}),
            "fail: in Alertmanager: expected within 12s, got not at all: it fires, and Alertmanager does not "
            "have it"));
  CHECK(has(says({.notified = -1}),
            "fail: notified: expected within 12s, got not at all: Alertmanager sends it to assay, and "
            "nothing came to 127.0.0.1:9099"));
  CHECK(has(says({.notified = -1, .receiver = "pager"}), "Alertmanager sends it to pager, not to assay"));
  CHECK(has(says({.notified = -1, .suppressed = R"("silencedBy":["abc"])"}), "silenced by abc"));
  CHECK(has(says({.notified = -1, .suppressed = R"("inhibitedBy":["def"])"}), "inhibited by def"));
}

TEST_CASE("alert-lifecycle: what brings the fault about may take long") {
  CHECK(fact(followed({.inject_takes_s = 30}), "notified").observed == "after 5s by receiver assay");
}

TEST_CASE("alert-lifecycle: late is a failure, and so is an end that does not come") {
  CHECK(has(says({.pending = 1, .firing = 3, .managed = 4, .notified = 11}), "pass"));
  CHECK(has(says({.pending = 7, .firing = 8, .managed = 9, .notified = 10}), "fail: pending"));
  CHECK(has(says({.inactive = -1, .told = -1}),
            "fail: resolved: expected within 6s, got not at all: it is still firing"));
  CHECK(has(says({.told = -1}), "fail: end notified: expected within 12s, got not at all: nothing came"));
}

TEST_CASE("alert-lifecycle: a server that goes away on the way is named") {
  CHECK(has(says({.managed = -1, .notified = -1, .manager_gone = 2}),
            "fail: in Alertmanager: expected within 12s, got not at all: it fires, and Alertmanager does not "
            "answer any more: refused: Connection refused"));
  CHECK(has(says({.notified = -1, .manager_gone = 5}),
            "fail: notified: expected within 12s, got not at all: Alertmanager does not answer any more"));
  CHECK(
      has(says({.told = -1, .manager_gone = 6}),
          "fail: end notified: expected within 12s, got not at all: Alertmanager does not answer any more"));
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1, .prometheus_gone = 0}),
            "fail: pending: expected within 6s, got not at all: Prometheus does not answer any more"));
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1, .prometheus_gone = 3}),
            "fail: firing: expected within 8s, got not at all: Prometheus does not answer any more"));
  CHECK(has(says({.prometheus_gone = 6}),
            "fail: resolved: expected within 6s, got not at all: Prometheus does not answer any more"));
}

TEST_CASE("alert-lifecycle: attempts of Alertmanager are counted once, and say why a message was late") {
  CHECK(has(says({.notified = -1, .failed_attempts = 4, .given_up = 3}),
            "notified: expected within 12s, got not at all: Alertmanager could not send it to assay: 4 "
            "attempts failed"));
  CHECK(has(says({.notified = -1, .given_up = 3}),
            "Alertmanager could not send it to assay: 3 attempts failed"));
  CHECK(
      has(says({.notified = 14, .failed_attempts = 4}),
          "fail: notified: expected within 12s, got after 14s by receiver assay; Alertmanager could not send "
          "it to assay at first: 4 attempts failed"));
  CHECK(followed({.failed_attempts = 4}).state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: an alert that is suppressed after it arrived") {
  CHECK(
      has(says({.told = -1, .suppressed = R"("inhibitedBy":["def"])"}),
          "fail: end notified: expected within 12s, got not at all: Alertmanager suppresses it: inhibited by "
          "def"));
}

TEST_CASE("alert-lifecycle: a group that waits for longer than the notification may take") {
  CHECK(has(says({.notified = -1, .group_wait = "30s"}),
            "nothing came to 127.0.0.1:9099; a new group waits for 30s (group_wait)"));
}

TEST_CASE("alert-lifecycle: what is too short for the polls is found in the history") {
  const std::string blip =
      says({.pending = 2, .firing = -1, .managed = -1, .notified = -1, .value = "12", .polls_see = false});
  CHECK(
      has(blip, "fail: firing: expected within 8s, got not at all: it was pending and then was not, 1 time"));
}

TEST_CASE("alert-lifecycle: an alert that falls back became pending with the first time") {
  const Story flapping{.pending = -1, .firing = -1, .managed = -1, .notified = -1, .flaps = 10};
  CHECK(fact(followed(flapping), "pending").state == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: an alert that is kept firing") {
  const auto with = [](const char* resolved) {
    return summary(followed({.inactive = 6, .told = 7, .kept_s = 5},
                            fmt::format("expect: {{ resolved_within: {} }}", resolved)));
  };
  CHECK(
      has(with("4s"),
          "error: alert QueueDeep: it cannot end within 4s: it keeps firing for 5s after its condition held "
          "last"));
  CHECK(has(with("7s"), "pass"));
  CHECK(followed({.inactive = 6, .told = 7, .kept_s = 5}, "").state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: another story in the history is a failure") {
  CHECK(has(says({.history_shift_s = 30}), "fail: history"));
}

TEST_CASE("alert-lifecycle: pending too short") {
  CHECK(has(summary(followed({}, "expect: { min_pending: 5m }")),
            "fail: alert QueueDeep: expected pending for at least 5m, got it is pending for 2s by its rule, "
            "and 5m are expected"));
}

TEST_CASE("alert-lifecycle: a fault that fails, or stays") {
  CHECK(has(says({.inject_status = 500}), "error: inject: status 500"));
  AlertWorld world({.clear_status = 500});
  CHECK(has(summary(judged(made(kProbe), [&](const client::Ask& ask) { return world(ask); })),
            "fail: clear: expected the fault taken back, got status 500"));
}

TEST_CASE("alert-lifecycle: what is broken off takes the fault back") {
  AlertWorld world({.pending = -1, .firing = -1});
  const Probe probe = made(kProbe);
  const auto course = probe.kind->begin(probe);
  CHECK(course->undo().empty());
  std::vector<Exchange> latest;
  const auto answer = [&](const std::vector<client::Ask>& asks) {
    latest.clear();
    for (const client::Ask& ask : asks)
      latest.push_back(
          {ask, std::holds_alternative<client::PauseAsk>(ask.what) ? client::Answer{} : world(ask)});
  };
  for (int round = 0; round < 3; ++round) answer(course->next(latest));
  CHECK(world.fault_is_on());
  answer(course->undo());
  course->undone(latest);
  CHECK_FALSE(world.fault_is_on());
  CHECK(summary(course->judge()) ==
        "error: alert QueueDeep: it was broken off, and the fault was taken back");
  CHECK(course->undo().empty());
}

TEST_CASE("alert-lifecycle: what the reviewed rule makes impossible is refused before anything is sent") {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("assay-lifecycle-{}.yaml", getpid());
  std::ofstream(path) << "groups: [ { name: shop, rules: [ { alert: QueueDeep, for: 5m, expr: "
                         "'sum(rate(bad[5m])) / sum(rate(all[5m])) > 0.05' } ] } ]\n";
  const std::string common =
      "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
      "http://127.0.0.1:9093\ndangerous: [127.0.0.1]\nrules_file: " +
      path.string() + "\n";
  const auto refused = [&](const std::string& keys) { return staged(common + keys).errors; };
  CHECK(has(
      refused("inject: { requests: { path: /fail, rate: 5/s, ratio: 50% } }\nexpect: { firing_within: 5m }"),
      "it cannot fire within 5m: a share of 50% exceeds 5% after 30s of the window of 5m, then it is pending "
      "for 5m, so 5m30s at least"));
  CHECK(has(refused("inject: { requests: { path: /fail, rate: 5/s, ratio: 3% } }"),
            "a share of 3% never exceeds the threshold of 5%"));
  CHECK(has(refused("inject: alert\nexpect: { min_pending: 10m }"),
            "it is pending for 5m by its rule, and 10m are expected"));
  CHECK(refused("inject: { requests: { path: /fail, rate: 5/s, ratio: 50% } }\nexpect: { firing_within: 6m }")
            .empty());
  std::filesystem::remove(path);
}
