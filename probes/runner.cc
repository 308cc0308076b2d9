#include "probes/runner.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <thread>
#include <utility>

namespace assay::probes {
namespace {

constexpr auto kLongestTurn = std::chrono::seconds(1);

enum class Wish : std::uint8_t { go_on, stop, drop };

}  // namespace

struct Runner::State {
  State(std::unique_ptr<client::Client> owned, std::span<const Probe* const> probes, const Epoch& began,
        int fd)
      : epoch(began), client(std::move(owned)), wake_fd(fd) {
    for (const Probe* probe : probes)
      repetitions.push_back(std::make_unique<Repetition>(*probe, *client, epoch));
  }
  ~State() { close(wake_fd); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void run() {
    for (const auto& one : repetitions) one->begin();
    while (wish.load() == Wish::go_on) client->turn(Clock::now() + kLongestTurn, wake_fd);
    if (wish.load() == Wish::stop) {
      for (const auto& one : repetitions) one->stop();
      while (!idle()) client->turn(Clock::now() + kLongestTurn);
    }
    client->abandon();
  }

  bool idle() const {
    return std::all_of(repetitions.begin(), repetitions.end(), [](const auto& one) { return one->idle(); });
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
  std::atomic<Wish> wish{Wish::go_on};
  std::thread thread;
};

Runner::Runner(std::unique_ptr<State> state) : state_(std::move(state)) {}
Runner::~Runner() { state_->end(Wish::drop); }

Expected<std::unique_ptr<Runner>, SystemError> Runner::start(std::span<const Probe* const> probes,
                                                             const Epoch& epoch) {
  auto client = client::Client::create();
  if (!client) return Unexpected(client.error());
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return Unexpected(system_error("make", "an eventfd", errno));
  std::unique_ptr<Runner> runner(
      new Runner(std::make_unique<State>(std::move(client).value(), probes, epoch, fd)));
  runner->state_->thread = std::thread([state = runner->state_.get()] { state->run(); });
  return runner;
}

void Runner::stop() { state_->end(Wish::stop); }

std::vector<ProbeResult> Runner::results(const Surroundings& surroundings) const {
  std::vector<ProbeResult> results;
  for (const auto& one : state_->repetitions) results.push_back(one->result(surroundings));
  return results;
}

}  // namespace assay::probes
