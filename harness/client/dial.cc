#include "client/dial.h"

#include <poll.h>

#include <optional>
#include <utility>

#include "base/units.h"
#include "client/connect.h"
#include "client/socket_trouble.h"
#include "client/wire.h"

namespace assay::client {
namespace {

class Dialogue final : public Transfer {
 public:
  Dialogue(const DialAsk& ask, const Access& access, Watcher& watcher, std::function<void(Answer)> done,
           std::function<void(Wire)> keep)
      : ask_(ask), access_(access), watcher_(watcher), done_(std::move(done)), keep_(std::move(keep)) {}
  ~Dialogue() override { release(); }

  void begin();

 private:
  // What became of a move.
  enum class Step : std::uint8_t { done, waiting, ended };

  void on_connected(Connected connected);
  void on_deadline();
  void advance();
  Step make(const Say& say);
  Step make(const Hear& hear);
  Step make(const Secure& secure);
  Step make(const Converse& talk);
  Step take_in(const Hear& hear, std::string& heard, std::string_view bytes);
  Step hear_on(const Converse& talk);
  Step too_much(std::size_t most_bytes);
  Step listen_again(Wire::Io io, const Hear& hear);
  Step begin_tls(const Secure& secure);
  Step wait_for(Wire::Io io);
  Step tls_failed(Wire::Io io);
  Step break_off(Wire::Io io);
  Step end(Trouble trouble, std::string problem);
  void finish(Trouble trouble, std::string problem);
  void release();
  bool keeps() const { return keep_ && !ask_.hold_as.empty(); }
  Nanos since_start() const { return Clock::now() - answer_.started; }

  const DialAsk& ask_;
  const Access& access_;
  Watcher& watcher_;
  std::function<void(Answer)> done_;
  std::function<void(Wire)> keep_;
  Answer answer_;
  DialAnswer said_;
  Alarm deadline_{watcher_}, farewell_{watcher_};
  std::optional<Connecting> connecting_;
  std::optional<Wire> wire_;
  bool begun_ = false;     // the current move
  std::size_t turns_ = 0;  // of the current Converse in which something was said
  bool finished_ = false;  // only the call of done_ is left
};

void Dialogue::begin() {
  answer_.started = Clock::now();
  answer_.started_wall = std::chrono::system_clock::now();
  const TimePoint limit = answer_.started + access_.timeout;
  deadline_.set(limit, [this] { on_deadline(); });
  connecting_.emplace(watcher_, limit, [this](Connected connected) { on_connected(std::move(connected)); });
  connecting_->start(ask_.host, ask_.port, access_);
}

void Dialogue::on_connected(Connected connected) {
  answer_.address = std::move(connected.address);
  if (connecting_->resolved() != TimePoint{})
    answer_.phases.resolved = connecting_->resolved() - answer_.started;
  if (connected.trouble != Trouble::none) return finish(connected.trouble, std::move(connected.problem));
  answer_.phases.connected = since_start();
  answer_.local = std::move(connected.local);
  wire_.emplace(std::move(connected.socket));
  advance();
}

void Dialogue::advance() {
  while (said_.moves_done < ask_.moves.size()) {
    const Move& move = ask_.moves[said_.moves_done];
    const Step step = std::visit([this](const auto& what) { return make(what); }, move);
    if (step != Step::done) return;
    ++said_.moves_done;
    begun_ = false;
  }
  finish(Trouble::none, {});
}

Dialogue::Step Dialogue::make(const Say& say) {
  if (!std::exchange(begun_, true)) wire_->put(say.bytes);
  const Wire::Io io = wire_->flush();
  if (io == Wire::Io::done) return Step::done;
  return io == Wire::Io::wants_write ? wait_for(io) : break_off(io);
}

Dialogue::Step Dialogue::make(const Hear& hear) {
  if (!std::exchange(begun_, true)) said_.heard.emplace_back();
  for (;;) {
    std::string bytes;
    const Wire::Io io = wire_->pull(bytes);
    if (io != Wire::Io::done) return listen_again(io, hear);
    if (const Step step = take_in(hear, said_.heard.back(), bytes); step != Step::waiting) return step;
  }
}

// Waiting: it is not complete yet.
Dialogue::Step Dialogue::take_in(const Hear& hear, std::string& heard, std::string_view bytes) {
  if (answer_.phases.first_byte == Nanos(0)) answer_.phases.first_byte = since_start();
  heard += bytes;
  if (heard.size() > hear.most_bytes) return too_much(hear.most_bytes);
  return hear.complete != nullptr && hear.complete(heard) ? Step::done : Step::waiting;
}

Dialogue::Step Dialogue::too_much(std::size_t most_bytes) {
  said_.heard.back().resize(most_bytes);
  return end(Trouble::too_large, "the peer said more than " + std::to_string(most_bytes) + " bytes");
}

Dialogue::Step Dialogue::listen_again(Wire::Io io, const Hear& hear) {
  if (io == Wire::Io::wants_read) return wait_for(io);
  if (io == Wire::Io::closed && hear.complete == nullptr) return Step::done;
  return break_off(io);
}

Dialogue::Step Dialogue::make(const Secure& secure) {
  if (!std::exchange(begun_, true)) {
    if (const Step step = begin_tls(secure); step != Step::done) return step;
  }
  const Wire::Io io = wire_->handshake();
  if (io == Wire::Io::wants_read || io == Wire::Io::wants_write) return wait_for(io);
  if (io != Wire::Io::done) return tls_failed(io);
  said_.tls = wire_->tls()->facts();
  answer_.phases.secured = since_start();
  if (!secure.trusted_only) return Step::done;
  if (!said_.tls->trust_problem.empty()) return end(Trouble::tls, said_.tls->trust_problem);
  return said_.tls->name_matches ? Step::done : end(Trouble::tls, "the certificate is for another name");
}

Dialogue::Step Dialogue::make(const Converse& talk) {
  if (!std::exchange(begun_, true)) {
    said_.heard.emplace_back();
    turns_ = 0;
  }
  for (;;) {
    const Wire::Io io = wire_->flush();
    if (io == Wire::Io::wants_write) return wait_for(io);
    if (io != Wire::Io::done) return break_off(io);
    const Turn turn = talk.next(talk.script, said_.heard.back(), turns_);
    if (turn.then == Turn::Then::over) return Step::done;
    if (turn.then == Turn::Then::give_up)
      return end(Trouble::protocol, "what the peer said leads no further");
    if (turn.say.empty()) {
      if (const Step step = hear_on(talk); step != Step::done) return step;
      continue;
    }
    ++turns_;
    wire_->put(turn.say);
  }
}

Dialogue::Step Dialogue::hear_on(const Converse& talk) {
  const Wire::Io io = wire_->pull(said_.heard.back());
  if (io == Wire::Io::wants_read) return wait_for(io);
  if (io != Wire::Io::done) return break_off(io);
  if (answer_.phases.first_byte == Nanos(0)) answer_.phases.first_byte = since_start();
  return said_.heard.back().size() > talk.most_bytes ? too_much(talk.most_bytes) : Step::done;
}

Dialogue::Step Dialogue::begin_tls(const Secure& secure) {
  said_.tls.emplace();
  if (wire_->tls() != nullptr) {
    said_.tls->local_problem = "the dialogue is secured already";
    return end(Trouble::local, said_.tls->local_problem);
  }
  const std::string& peer = access_.server_name.empty() ? ask_.host : access_.server_name;
  auto tls = TlsStream::create(secure.offer, access_, peer);
  if (!tls) {
    said_.tls->local_problem = tls.error();
    return end(Trouble::local, tls.error());
  }
  wire_->secure(std::move(*tls));
  return Step::done;
}

Dialogue::Step Dialogue::tls_failed(Wire::Io io) {
  said_.tls = wire_->tls()->facts();
  const bool by_peer = said_.tls->closed_by_peer || said_.tls->alert_received.has_value();
  // Without a ClientHello the peer was never asked.
  if (!by_peer && !said_.tls->hello_sent) return end(Trouble::local, wire_->tls()->problem());
  if (io == Wire::Io::failed && wire_->socket_error() != 0 && !by_peer) return break_off(io);
  return end(Trouble::tls, wire_->tls()->problem());
}

Dialogue::Step Dialogue::wait_for(Wire::Io io) {
  const short events = io == Wire::Io::wants_write ? POLLOUT : POLLIN;
  watcher_.watch(wire_->fd(), events, [this](short) { advance(); });
  return Step::waiting;
}

Dialogue::Step Dialogue::break_off(Wire::Io io) {
  if (io == Wire::Io::closed) {
    const std::size_t heard = said_.heard.empty() ? 0 : said_.heard.back().size();
    return end(Trouble::closed, "the peer closed the connection after " + std::to_string(heard) +
                                    " bytes of an answer that was not whole");
  }
  const int error = wire_->socket_error();
  if (error != 0) return end(trouble_of(error), error_text(error));
  said_.tls = wire_->tls()->facts();
  return end(Trouble::tls, wire_->tls()->problem());
}

Dialogue::Step Dialogue::end(Trouble trouble, std::string problem) {
  finish(trouble, std::move(problem));
  return Step::ended;
}

void Dialogue::on_deadline() {
  const std::string within = " within " + format_duration(access_.timeout);
  if (!wire_) {
    answer_.address = connecting_->address();
    const bool known = connecting_->resolved() != TimePoint{};
    const std::string what = known ? answer_.address + ": no connection"
                                   : connecting_->looked_up() + ": no answer from the name servers";
    connecting_.reset();
    return finish(known ? Trouble::timeout : Trouble::name, what + within);
  }
  const bool in_handshake = wire_->tls() != nullptr && said_.tls && !said_.tls->established;
  if (in_handshake) said_.tls = wire_->tls()->facts();
  finish(Trouble::timeout,
         (in_handshake ? "the handshake was not finished" : "the answer was not whole") + within);
}

// `done` is left to the loop: this may run deep inside of begin() or of a library's callback.
void Dialogue::finish(Trouble trouble, std::string problem) {
  if (std::exchange(finished_, true)) return;
  answer_.trouble = trouble;
  answer_.problem = std::move(problem);
  if (wire_ && trouble == Trouble::none && !keeps()) wire_->say_goodbye();
  const bool connected = wire_.has_value();
  release();
  answer_.phases.done = since_start();
  if (connected) answer_.what = std::move(said_);
  farewell_.set(Clock::now(), [this] {
    const auto done = std::move(done_);
    done(std::move(answer_));  // may destroy this
  });
}

void Dialogue::release() {
  deadline_.clear();
  if (!wire_) return;
  watcher_.forget(wire_->fd());
  if (finished_ && answer_.trouble == Trouble::none && keeps()) keep_(*std::move(wire_));
  wire_.reset();
}

}  // namespace

std::unique_ptr<Transfer> dial(const DialAsk& ask, const Access& access, Watcher& watcher,
                               std::function<void(Answer)> done, std::function<void(Wire)> keep) {
  auto dialogue = std::make_unique<Dialogue>(ask, access, watcher, std::move(done), std::move(keep));
  dialogue->begin();
  return dialogue;
}

}  // namespace assay::client
