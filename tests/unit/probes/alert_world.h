// A Prometheus, an Alertmanager, a receiver and a service with a fault, made up: how an alert goes its way
// after its fault, one second a poll.
#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/probes/prometheus_world.h"

namespace assay::probes {

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
  bool holds_on = false;  // the condition, though the alert ends
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
    if (story_.holds_on) prometheus_.queries["queue_depth > 1000"] = prometheus_.queries["queue_depth"];
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

  // Brought about and taken back in another way than by HTTP.
  void begin_fault() { fault_at_ = polls_; }
  void end_fault() { cleared_at_ = polls_; }
  int polls() const { return polls_; }
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

inline bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

inline const ProbeFact& fact(const Judgement& judgement, std::string_view what) {
  const auto found = std::find_if(judgement.facts().begin(), judgement.facts().end(),
                                  [&](const ProbeFact& one) { return one.what == what; });
  REQUIRE(found != judgement.facts().end());
  return *found;
}

}  // namespace assay::probes
