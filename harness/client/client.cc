#include "client/client.h"

#include <curl/curl.h>
#include <poll.h>

#include <cerrno>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "client/aside.h"
#include "client/command.h"
#include "client/dial.h"
#include "client/dns.h"
#include "client/held.h"
#include "client/http_transfer.h"
#include "client/inbox.h"
#include "client/watcher.h"

namespace assay::client {
namespace {

constexpr long kMostKeptConnections = 1000;
constexpr auto kLongestWait = std::chrono::seconds(1);

// libcurl wants this once in a process, before any other thread uses it.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

int milliseconds_until(TimePoint when) {
  const Nanos left = std::clamp<Nanos>(when - Clock::now(), Nanos(0), kLongestWait);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

Answer begun() {
  Answer answer;
  answer.started = Clock::now();
  answer.started_wall = std::chrono::system_clock::now();
  return answer;
}

Answer stopped() {
  Answer answer = begun();
  answer.trouble = Trouble::local;
  answer.problem = "stopped before it was answered";
  return answer;
}

}  // namespace

struct Client::State final : Watcher {
  struct Watched {
    short events = 0;
    std::function<void(short)> ready;
  };
  struct UnderWay {
    std::unique_ptr<Transfer> transfer;  // of asks other than HTTP
    std::unique_ptr<HttpTransfer> http;
    Done done;
    bool stays = false;
  };

  explicit State(CURLM* carrier) : multi(carrier) {
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kMostKeptConnections);
  }
  ~State() override {
    aside.reset();
    inboxes.clear();
    held.clear();
    under_way.clear();
    curl_multi_cleanup(multi);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void watch(int fd, short poll_events, std::function<void(short)> ready) override {
    watched[fd] = {poll_events, std::move(ready)};
  }
  void forget(int fd) override { watched.erase(fd); }
  std::uint64_t at(TimePoint when, std::function<void()> due) override {
    timers.emplace(std::pair(when, ++tickets), std::move(due));
    return tickets;
  }
  void cancel(std::uint64_t ticket) override {
    const auto found = std::find_if(timers.begin(), timers.end(),
                                    [&](const auto& timer) { return timer.first.second == ticket; });
    if (found != timers.end()) timers.erase(found);
  }

  void begin(const Ask& ask, const Access& access, Done done, bool stays) {
    const std::uint64_t id = ++ids;
    UnderWay& made = under_way[id];
    made.done = std::move(done);
    made.stays = stays;
    const auto ended = [this, id](Answer answer) { end(id, std::move(answer)); };
    if (const auto* http = std::get_if<HttpAsk>(&ask.what)) {
      made.http = std::make_unique<HttpTransfer>(*http, access, multi);
      by_handle[made.http->handle()] = id;
    } else if (const auto* dialogue = std::get_if<DialAsk>(&ask.what)) {
      made.transfer = dial(*dialogue, access, *this, ended, [this, name = dialogue->hold_as](Wire wire) {
        held.try_emplace(name, *this).first->second.add(std::move(wire));
      });
    } else if (const auto* look = std::get_if<HeldAsk>(&ask.what)) {
      at_once(looked_at(*look), ended);
    } else if (const auto* dns = std::get_if<DnsAsk>(&ask.what)) {
      made.transfer = query(*dns, access.timeout, *this, ended);
    } else if (const auto* command = std::get_if<CommandAsk>(&ask.what)) {
      made.transfer = run_command(*command, access.timeout, *this, ended);
    } else if (const auto* listen = std::get_if<ListenAsk>(&ask.what)) {
      at_once(listening(*listen), ended);
    } else if (const auto* receive = std::get_if<ReceiveAsk>(&ask.what)) {
      at_once(received(*receive), ended);
    } else {
      pause(std::get<PauseAsk>(ask.what).length, ended);
    }
  }

  // From the loop nevertheless, as everything is.
  void at_once(Answer answer, const std::function<void(Answer)>& ended) {
    const TimePoint now = answer.started;
    at(now, [ended, answer = std::move(answer)] { ended(answer); });
  }

  Answer listening(const ListenAsk& ask) {
    Answer answer = begun();
    answer.address = ask.address;
    auto& inbox = inboxes[ask.address];
    if (inbox) return answer;
    auto opened = Inbox::open(ask, *this);
    if (opened) {
      inbox = std::move(opened).value();
    } else {
      answer.trouble = Trouble::local;
      answer.problem = std::move(opened).error();
    }
    return answer;
  }

  Answer looked_at(const HeldAsk& ask) {
    Answer answer = begun();
    Held& connections = held.try_emplace(ask.name, *this).first->second;
    answer.what = connections.look();
    if (ask.release) connections.release(ask.farewell);
    return answer;
  }

  Answer received(const ReceiveAsk& ask) {
    Answer answer = begun();
    answer.address = ask.address;
    const auto found = inboxes.find(ask.address);
    if (found == inboxes.end() || !found->second) {
      answer.trouble = Trouble::local;
      answer.problem = "nothing listens on " + ask.address;
      return answer;
    }
    const std::vector<Message>& all = found->second->messages();
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(std::min(ask.after, all.size()));
    answer.what = InboxAnswer{found->second->opened(), {first, all.end()}, found->second->refused()};
    return answer;
  }

  void pause(Nanos length, const std::function<void(Answer)>& ended) {
    Answer answer = begun();
    answer.phases.done = length;
    at(answer.started + length, [ended, answer] { ended(answer); });
  }

  // The transfer lives until its `done` has returned, because it is what calls this.
  void end(std::uint64_t id, Answer answer) {
    const auto found = under_way.find(id);
    if (found == under_way.end()) return;
    const UnderWay one = std::move(found->second);
    under_way.erase(found);
    ++finished;
    one.done(std::move(answer));
  }

  void run_due_timers() {
    const TimePoint now = Clock::now();
    while (!timers.empty() && timers.begin()->first.first <= now) {
      const std::function<void()> due = std::move(timers.begin()->second);
      timers.erase(timers.begin());
      due();
    }
  }

  void advance_http() {
    int running = 0;
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto found = by_handle.find(message->easy_handle);
      if (found == by_handle.end()) continue;
      const CURLcode code = message->data.result;
      const std::uint64_t id = found->second;
      by_handle.erase(found);
      end(id, under_way.at(id).http->finish(code));
    }
  }

  void dispatch(const std::vector<curl_waitfd>& waited, int wake_fd) {
    for (const curl_waitfd& one : waited) {
      if (one.revents == 0 || one.fd == wake_fd) continue;
      const auto found = watched.find(one.fd);
      if (found == watched.end()) continue;  // forgotten by one that came before it
      const auto ready = found->second.ready;
      ready(one.revents);
    }
  }

  void call_done_aside() {
    for (const std::function<void()>& done : aside->take_done()) {
      ++finished;
      done();
    }
  }

  void turn(TimePoint until, int wake_fd) {
    const std::uint64_t finished_before = finished;
    call_done_aside();
    run_due_timers();
    advance_http();
    if (finished != finished_before) until = Clock::now();  // whoever waits for that must not wait on
    std::vector<curl_waitfd> waited;
    for (const auto& [fd, what] : watched) waited.push_back({fd, what.events, 0});
    if (wake_fd >= 0) waited.push_back({wake_fd, POLLIN, 0});
    if (!timers.empty()) until = std::min(until, timers.begin()->first.first);
    curl_multi_poll(multi, waited.data(), static_cast<unsigned>(waited.size()), milliseconds_until(until),
                    nullptr);
    advance_http();
    dispatch(waited, wake_fd);
    call_done_aside();
    run_due_timers();
  }

  void abandon() {
    std::map<std::uint64_t, UnderWay> ended;
    ended.swap(under_way);
    std::erase_if(by_handle, [&](const auto& one) { return !ended.at(one.second).stays; });
    for (auto& [id, one] : ended) {
      if (one.stays) {
        under_way[id] = std::move(one);
        continue;
      }
      one.transfer.reset();
      one.http.reset();
      one.done(stopped());
    }
    aside->finish();
    call_done_aside();
  }

  CURLM* multi;
  std::map<std::uint64_t, UnderWay> under_way;
  std::map<EasyHandle, std::uint64_t> by_handle;
  std::map<int, Watched> watched;
  std::map<std::string, std::unique_ptr<Inbox>> inboxes;  // by their address
  std::map<std::string, Held, std::less<>> held;          // by their name
  std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> timers;
  Guardian* guardian = nullptr;
  std::uint64_t ids = 0, tickets = 0, finished = 0;
  // Ended by hand, before what it may still speak to.
  std::optional<Aside> aside{std::in_place, [this] { curl_multi_wakeup(multi); }};
};

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;

Expected<std::unique_ptr<Client>, SystemError> Client::create() {
  CURLM* multi = curl_is_ready() ? curl_multi_init() : nullptr;
  if (multi == nullptr) return Unexpected(system_error("set up", "libcurl", ENOMEM));
  return std::unique_ptr<Client>(new Client(std::make_unique<State>(multi)));
}

void Client::begin(const Ask& ask, const Access& access, Done done, bool stays) {
  state_->begin(ask, access, std::move(done), stays);
}
void Client::at(TimePoint when, std::function<void()> due) { state_->at(when, std::move(due)); }
void Client::aside(std::function<void()> work, std::function<void()> done) {
  state_->aside->begin(std::move(work), std::move(done));
}
void Client::turn(TimePoint until, int wake_fd) { state_->turn(until, wake_fd); }
void Client::guard_by(Guardian* guardian) { state_->guardian = guardian; }
Guardian* Client::guardian() const { return state_->guardian; }
std::size_t Client::under_way() const { return state_->under_way.size(); }
void Client::abandon() { state_->abandon(); }

}  // namespace assay::client
