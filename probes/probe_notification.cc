#include "probes/probe_notification.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/command_keys.h"
#include "probes/receiver_key.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"receiver", "trigger", "contains", "within"};
constexpr config::DurationRange kWithinRange{std::chrono::milliseconds(100), std::chrono::hours(1)};
constexpr Nanos kPoll = std::chrono::milliseconds(100);
constexpr std::string_view kInbox = "messages", kPause = "pause", kTrigger = "trigger";

struct Settings final : config::ProbeSettings {
  ReceiverPlace receiver;
  std::vector<std::string> trigger;  // empty: somebody else sends it meanwhile
  std::vector<std::string> contains;
  Nanos within = std::chrono::seconds(30);
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node =
          reading.require("receiver", "write it like receiver: { listen: 127.0.0.1:9099 }"))
    settings->receiver = read_receiver(reading, *node);
  if (const config::Node* node = reading.find("trigger"))
    settings->trigger = read_argv(reading, *node, "trigger");
  if (const config::Node* node =
          reading.require("contains", "list what must stand in it, like [\"1.4.2\", success]"))
    settings->contains = read_texts(reading, *node, "contains");
  if (const config::Node* node = reading.find("within"))
    config::assign(settings->within, config::read_duration(reading.context, *node, "within", kWithinRange));
  return settings;
}

class NotificationCourse final : public Course {
 public:
  explicit NotificationCourse(const Probe& probe) : settings_(probe.settings<Settings>()) {}

  std::vector<client::Ask> next(Exchanges answered) override {
    for (const auto& [ask, answer] : answered) now_ = std::max(now_, answer.started + answer.phases.done);
    if (answered.empty())
      return {{"receiver " + settings_.receiver.listen,
               client::ListenAsk{settings_.receiver.listen, settings_.receiver.speech()}}};
    for (const Exchange& exchange : answered) see(exchange);
    if (!early_.facts().empty()) return {};
    if (!began_) return begin();
    const bool over = arrived_ || now_ - *began_ > settings_.within;
    return over ? std::vector<client::Ask>() : poll();
  }

  bool shows(const Exchange& exchange) const override {
    const client::InboxAnswer* inbox = exchange.answer.inbox();
    return exchange.ask.label != kPause && (inbox == nullptr || !inbox->messages.empty());
  }

  Judgement judge() const override {
    Judgement judgement = early_;
    if (!judgement.facts().empty()) return judgement;
    if (!began_) {
      judgement.could_not("notification", "it was broken off");
      return judgement;
    }
    const std::string expected = fmt::format("a message with {} within {}", listed(settings_.contains),
                                             format_duration(settings_.within));
    std::string observed;
    if (arrived_)
      observed = fmt::format("after {}, from {}",
                             format_duration(std::max(arrived_->came - *began_, Nanos(0))), arrived_->from);
    if (!arrived_)
      observed = seen_ == 0 ? "none came"
                            : fmt::format("{} came, and in the last one there is no {}", seen_, missing_);
    judgement.require(arrived_.has_value(), "notification", expected, observed);
    return judgement;
  }

 private:
  // Somebody else's message may be there already: only what comes from now on counts.
  std::vector<client::Ask> begin() {
    began_ = now_;
    if (settings_.trigger.empty()) return poll();
    client::Ask ask = command_ask(settings_.trigger);
    ask.label = kTrigger;
    return {std::move(ask)};
  }

  std::vector<client::Ask> poll() const {
    return {{std::string(kPause), client::PauseAsk{kPoll}},
            {std::string(kInbox), client::ReceiveAsk{settings_.receiver.listen, seen_}}};
  }

  void see(const Exchange& exchange) {
    const auto& [ask, answer] = exchange;
    if (!answer.ok()) return early_.could_not(ask.label, answer.problem);
    const client::CommandAnswer* ran = answer.command();
    if (ran != nullptr && ran->exit_code != 0)
      return early_.could_not(ask.label, "the command ended with " + how_it_ended(*ran));
    const client::InboxAnswer* inbox = answer.inbox();
    if (inbox == nullptr) return;
    for (const client::Message& message : inbox->messages) {
      ++seen_;
      missing_ = missing_in(message.body);
      if (missing_.empty() && !arrived_) arrived_ = message;
    }
  }

  std::string missing_in(const std::string& body) const {
    for (const std::string& text : settings_.contains)
      if (body.find(text) == std::string::npos) return "\"" + text + "\"";
    return {};
  }

  const Settings& settings_;
  TimePoint now_{};
  std::optional<TimePoint> began_;
  std::optional<client::Message> arrived_;
  std::size_t seen_ = 0;
  std::string missing_;
  Judgement early_;
};

std::unique_ptr<Course> begin(const Probe& probe) { return std::make_unique<NotificationCourse>(probe); }

}  // namespace

const Kind kNotification{
    .form = {.name = "notification", .keys = kKeys, .read = read, .needs_url = false, .repeats = false},
    .purpose = "what is sent to people arrives, with what it must say",
    .begin = begin};

}  // namespace assay::probes
