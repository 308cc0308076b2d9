#include "probes/once.h"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "probes/attempts.h"
#include "probes/kind.h"

namespace assay::probes {
namespace {

constexpr auto kLongestTurn = std::chrono::seconds(1);

bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return fd >= 0 && poll(&polled, 1, 0) > 0;
}

class Round {
 public:
  Round(std::span<const Probe* const> probes, client::Client& client, const Epoch& epoch, int stop_fd,
        ProbeBoard* board)
      : probes_(probes),
        client_(client),
        epoch_(epoch),
        stop_fd_(stop_fd),
        board_(board),
        results_(probes.size()) {}

  std::vector<ProbeResult> carried_out() {
    std::vector<std::size_t> harmless, dangerous;
    for (std::size_t i = 0; i < probes_.size(); ++i)
      (probes_[i]->kind->form.dangerous ? dangerous : harmless).push_back(i);
    at_the_same_time(harmless);
    // One that uses up a rate limit, say, would be to blame for what the others see.
    for (const std::size_t one : dangerous) at_the_same_time({one});
    std::vector<ProbeResult> results;
    for (auto& result : results_) results.push_back(*std::move(result));
    return results;
  }

 private:
  void at_the_same_time(const std::vector<std::size_t>& indices) {
    std::vector<std::unique_ptr<Attempts>> all;
    for (const std::size_t i : indices) {
      all.push_back(std::make_unique<Attempts>(
          *probes_[i], client_, epoch_, [this, i](ProbeResult result) { results_[i] = std::move(result); }));
      all.back()->show_on(board_);
      if (stopped_) all.back()->give_up();
      all.back()->begin();
    }
    while (!all_answered(indices)) {
      client_.turn(Clock::now() + kLongestTurn, stopped_ ? -1 : stop_fd_);
      stopped_ = stopped_ || readable(stop_fd_);
      if (!stopped_) continue;
      for (const auto& one : all) one->give_up();
      client_.abandon();
    }
  }

  bool all_answered(const std::vector<std::size_t>& indices) const {
    return std::all_of(indices.begin(), indices.end(),
                       [&](std::size_t i) { return results_[i].has_value(); });
  }

  std::span<const Probe* const> probes_;
  client::Client& client_;
  const Epoch& epoch_;
  int stop_fd_;
  ProbeBoard* board_;
  bool stopped_ = false;
  std::vector<std::optional<ProbeResult>> results_;
};

}  // namespace

Expected<std::unique_ptr<client::Guardian>, SystemError> guardian_for(std::span<const Probe* const> probes) {
  const bool needed = std::any_of(probes.begin(), probes.end(), [](const Probe* probe) {
    return probe->kind->begin != nullptr && probe->kind->form.dangerous;
  });
  if (!needed) return std::unique_ptr<client::Guardian>();
  return client::Guardian::start();
}

std::vector<ProbeResult> run_once(std::span<const Probe* const> probes, client::Client& client,
                                  const Epoch& epoch, int stop_fd, ProbeBoard* board) {
  return Round(probes, client, epoch, stop_fd, board).carried_out();
}

}  // namespace assay::probes
