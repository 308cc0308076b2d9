// A fault by connections to PostgreSQL: opened, logged in and held, so that a pool or the server has no more.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "model/base64.h"
#include "probes/dialogue.h"
#include "probes/lifecycle_fault.h"
#include "probes/postgres_login.h"

namespace assay::probes {
namespace {

constexpr std::string_view kHeld = "held connections", kLogin = "connection ";
constexpr std::string_view kTooMany = "53300";  // SQLSTATE: of the server, the database or the role
// So many logins at a time; a server forks for each.
constexpr std::size_t kAtATime = 20;

std::string nonce() {
  std::random_device random;
  std::string bytes;
  for (int i = 0; i < 18; ++i) bytes += static_cast<char>(random() & 0xFFU);
  return base64_encode(bytes);
}

std::string shown(const PgError& error) {
  return fmt::format("{} {}: {}", error.severity, error.code, error.message);
}

class FaultByConnections final : public LifecycleFault {
 public:
  FaultByConnections(const Probe& probe, const ConnectionsInjector& injector)
      : probe_(probe), injector_(injector), name_("connections of " + probe.spec.name) {}

  std::vector<client::Ask> begin(Exchanges answered) override {
    for (const Exchange& exchange : answered) take(exchange.answer);
    if (held_ == 0) fail(full_);
    if (!problem().empty() || !full_.empty()) return {};
    std::vector<client::Ask> asks;
    const std::size_t most = std::min(injector_.connections, asked_ + kAtATime);
    for (; asked_ < most; ++asked_) asks.push_back(login());
    return asks;
  }
  std::vector<client::Ask> keep_up(Nanos) override {
    return {{std::string(kHeld), client::HeldAsk{name_, false, ""}}};
  }
  void see(const Exchange& exchange) override {
    const client::HeldAnswer* answer = exchange.answer.held();
    if (answer == nullptr || answer->lost.empty()) return;
    const client::LostConnection& lost = answer->lost.front();
    const PgLoggedIn said = hear_pg(lost.last_words);
    fail(fmt::format("{} of {} held connections were lost: {}", answer->lost.size(), held_,
                     said.error ? shown(*said.error) : lost.problem));
  }
  // One login shows what all are like.
  bool is_routine(const std::string& label) const override {
    return label == kHeld || (label.starts_with(kLogin) && label != login_label(0));
  }

  std::vector<client::Ask> undo() const override {
    return {{std::string(kClear), client::HeldAsk{name_, true, pg_terminate()}}};
  }
  void judge(Judgement& judgement) const override {
    judgement.add(ProbeState::pass, std::string(kHeld), std::to_string(injector_.connections),
                  full_.empty() ? std::to_string(held_)
                                : fmt::format("{}, then the server took no more: {}", held_, full_));
  }

 private:
  static std::string login_label(std::size_t index) { return fmt::format("{}{}", kLogin, index + 1); }

  client::Ask login() const {
    PgLogin login = injector_.login;
    login.secured = injector_.place.tls;
    std::vector<client::Move> moves;
    if (injector_.place.tls)
      moves = {client::Say{pg_ssl_request()}, client::Hear{pg_ssl_answered},
               client::Secure{.offer = {}, .trusted_only = injector_.place.verify}};
    moves.emplace_back(pg_logging_in(login, nonce()));
    client::Ask ask = place_ask(probe_, injector_.place, login_label(asked_), std::move(moves));
    std::get<client::DialAsk>(ask.what).hold_as = name_;
    return ask;
  }

  void take(const client::Answer& answer) {
    const PgLoggedIn said = hear_pg(heard(answer, injector_.place.tls ? 1 : 0));
    if (answer.ok() && said.ready) {
      ++held_;
    } else if (said.error && said.error->code == kTooMany) {
      full_ = shown(*said.error);
    } else if (said.error) {
      fail(shown(*said.error));
    } else if (injector_.place.tls && heard(answer, 0) == "N") {
      fail("the server offers no TLS");
    } else if (!answer.ok() && answer.trouble != client::Trouble::protocol) {
      fail(why_not_undone(answer));
    } else {
      fail(said.unable);
    }
  }

  const Probe& probe_;
  const ConnectionsInjector& injector_;
  std::string name_;
  std::size_t asked_ = 0, held_ = 0;
  std::string full_;  // what the server said when it took no more
};

}  // namespace

std::unique_ptr<LifecycleFault> fault_by_connections(const Probe& probe,
                                                     const ConnectionsInjector& injector) {
  return std::make_unique<FaultByConnections>(probe, injector);
}

}  // namespace assay::probes
