// A fault by messages: published to an AMQP broker, each confirmed, so that a queue grows; and purged from
// it.
#include <fmt/format.h>

#include <utility>

#include "probes/amqp_talk.h"
#include "probes/dialogue.h"
#include "probes/lifecycle_fault.h"

namespace assay::probes {
namespace {

constexpr std::string_view kFurther = "messages of the fault";

AmqpHeard heard_in(const client::Answer& answer) { return hear_amqp(heard(answer, 0)); }

class FaultByMessages final : public LifecycleFault {
 public:
  FaultByMessages(const Probe& probe, const MessagesInjector& injector)
      : probe_(probe), injector_(injector) {}

  std::vector<client::Ask> begin(Exchanges answered) override {
    if (!answered.empty()) {
      take(answered.front(), injector_.messages);
      return {};
    }
    if (injector_.messages == 0) return {};
    return {
        talk(std::string(kInject), amqp_publishing(injector_.login, injector_.message, injector_.messages))};
  }
  std::vector<client::Ask> keep_up(Nanos until) override {
    const double seconds = std::chrono::duration<double>(until).count();
    const auto due = static_cast<std::uint64_t>(seconds * injector_.rate);
    const std::uint64_t count = due - further_;
    if (count == 0) return {};
    further_ = due;
    latest_ = count;
    return {talk(std::string(kFurther), amqp_publishing(injector_.login, injector_.message, count))};
  }
  void see(const Exchange& exchange) override {
    if (exchange.ask.label == kFurther) take(exchange, latest_);
  }
  bool is_routine(const std::string& label) const override { return label == kFurther; }

  std::vector<client::Ask> undo() const override {
    if (was_kept_out_) return {};
    const auto& settings = probe_.settings<LifecycleSettings>();
    if (settings.clear) return {action_ask(probe_, *settings.clear, std::string(kClear))};
    return {talk(std::string(kClear), amqp_purging(injector_.login, injector_.purge))};
  }
  std::string why_not_undone(const client::Answer& answer) const override {
    const bool talked = answer.dial() != nullptr;
    const bool told = talked && (answer.ok() || answer.trouble == client::Trouble::protocol);
    return told ? why_not_purged(heard_in(answer)) : LifecycleFault::why_not_undone(answer);
  }
  void judge(Judgement& judgement) const override {
    judgement.add(ProbeState::pass, "messages", "taken by the broker", fmt::format("{} confirmed", taken_));
  }

 private:
  client::Ask talk(std::string label, client::Converse conversation) const {
    std::vector<client::Move> moves;
    if (injector_.place.tls)
      moves.emplace_back(client::Secure{.offer = {}, .trusted_only = injector_.place.verify});
    moves.emplace_back(std::move(conversation));
    return place_ask(probe_, injector_.place, std::move(label), std::move(moves));
  }

  void take(const Exchange& exchange, std::uint64_t count) {
    const AmqpHeard said = heard_in(exchange.answer);
    taken_ += said.settled - said.refused - std::min(said.returned, said.settled - said.refused);
    // What the broker said tells more than that it then closed the connection.
    was_kept_out_ = taken_ == 0 && !said.confirming;
    const client::Trouble trouble = exchange.answer.trouble;
    if (exchange.answer.ok() || trouble == client::Trouble::protocol || said.closed)
      return fail(why_not_published(said, count));
    fail(LifecycleFault::why_not_undone(exchange.answer));
  }

  const Probe& probe_;
  const MessagesInjector& injector_;
  std::uint64_t taken_ = 0, further_ = 0, latest_ = 0;
  bool was_kept_out_ = false;  // before anything could be published
};

}  // namespace

std::unique_ptr<LifecycleFault> fault_by_messages(const Probe& probe, const MessagesInjector& injector) {
  return std::make_unique<FaultByMessages>(probe, injector);
}

}  // namespace assay::probes
