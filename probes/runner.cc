#include "probes/runner.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

namespace assay::probes {
namespace {

constexpr auto kLongestTurn = std::chrono::seconds(1);

enum class Wish : std::uint8_t { go_on, stop, stop_at_once, drop };

bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return fd >= 0 && poll(&polled, 1, 0) > 0;
}

}  // namespace

struct Runner::State {
  State(std::unique_ptr<client::Client> owned, const Epoch& began, int fd)
      : epoch(began), client(std::move(owned)), wake_fd(fd) {}
  ~State() { close(wake_fd); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void repeat(std::span<const Probe* const> probes, ProbeBoard* board) {
    for (const Probe* probe : probes)
      repetitions.push_back(std::make_unique<Repetition>(*probe, *client, epoch, board));
  }
  void carry_out_beside(std::span<const Probe* const> probes, const LoadAhead& ahead, ProbeBoard* board) {
    load = ahead;
    beside_probes.assign(probes.begin(), probes.end());
    beside.emplace(beside_probes, *client, epoch, board);
    client->guard_by(load.guardian);
  }

  void run() {
    for (const auto& one : repetitions) one->begin();
    if (beside) client->at(load.begins, [this] { beside->begin(); });
    while (wish.load() == Wish::go_on) client->turn(Clock::now() + kLongestTurn, wake_fd);
    const Wish how = wish.load();
    if (how != Wish::drop) finish_ticks();
    if (beside) finish_beside(how == Wish::stop);
    client->abandon();
  }

  void finish_ticks() {
    for (const auto& one : repetitions) one->stop();
    while (!idle()) client->turn(Clock::now() + kLongestTurn);
  }

  bool idle() const {
    return std::all_of(repetitions.begin(), repetitions.end(), [](const auto& one) { return one->idle(); });
  }

  void finish_beside(bool patient) {
    beside->load_ended();
    while (!beside->idle() && patient) {
      client->turn(Clock::now() + kLongestTurn, load.stop_fd);
      patient = !readable(load.stop_fd);
    }
    beside->give_up();
    client->abandon();
    while (!beside->idle()) client->turn(Clock::now() + kLongestTurn);
  }

  void end(Wish how) {
    if (!thread.joinable()) return;
    wish.store(how);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_fd, &one, sizeof one);  // an eventfd takes it always
    thread.join();
  }

  Epoch epoch;
  std::unique_ptr<client::Client> client;
  int wake_fd;
  std::vector<std::unique_ptr<Repetition>> repetitions;
  std::vector<const Probe*> beside_probes;
  LoadAhead load;
  std::optional<BesideLoad> beside;
  std::atomic<Wish> wish{Wish::go_on};
  std::thread thread;
};

Runner::Runner(std::unique_ptr<State> state) : state_(std::move(state)) {}
Runner::~Runner() { state_->end(Wish::drop); }

Expected<std::unique_ptr<Runner>, SystemError> Runner::prepared(const Epoch& epoch) {
  auto client = client::Client::create();
  if (!client) return Unexpected(client.error());
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return Unexpected(system_error("make", "an eventfd", errno));
  return std::unique_ptr<Runner>(new Runner(std::make_unique<State>(std::move(client).value(), epoch, fd)));
}

void Runner::run() {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Expected<std::unique_ptr<Runner>, SystemError> Runner::start(std::span<const Probe* const> probes,
                                                             const Epoch& epoch, ProbeBoard* board) {
  auto runner = prepared(epoch);
  if (!runner) return runner;
  (*runner)->state_->repeat(probes, board);
  (*runner)->run();
  return runner;
}

Expected<std::unique_ptr<Runner>, SystemError> Runner::start_beside(std::span<const Probe* const> probes,
                                                                    const Epoch& epoch, const LoadAhead& load,
                                                                    ProbeBoard* board) {
  auto runner = prepared(epoch);
  if (!runner) return runner;
  (*runner)->state_->carry_out_beside(probes, load, board);
  (*runner)->run();
  return runner;
}

void Runner::stop(bool at_once) { state_->end(at_once ? Wish::stop_at_once : Wish::stop); }

std::vector<ProbeResult> Runner::results(const Surroundings& surroundings) const {
  std::vector<ProbeResult> results;
  if (state_->beside) return state_->beside->results();
  for (const auto& one : state_->repetitions) results.push_back(one->result(surroundings));
  return results;
}

}  // namespace assay::probes
