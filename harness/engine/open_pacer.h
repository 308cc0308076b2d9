// Arrivals at their intended starts. An arrival that finds no free virtual user waits, and its response time
// goes on counting from its intended start; when it has waited as long as its first step's timeout, it is
// shed: recorded at that lower bound as an error, never dropped in silence. The worker's thread only.
#pragma once
#include <deque>
#include <optional>
#include <vector>

#include "engine/pacer.h"

namespace assay::engine {

class OpenPacer final : public Pacer {
 public:
  OpenPacer(const PacerContext& context, const OpenLoad& load);

  void begin(TimePoint start) override;
  TimePoint next_due() const override;
  void release(TimePoint now) override;
  void user_free(ActiveUser& user, TimePoint now, bool back_off) override;
  void user_woke(ActiveUser&, TimePoint) override {}
  void stop_offering() override { next_.reset(); }
  void give_up(TimePoint now) override;
  bool exhausted() const override { return !next_ && waiting_.empty(); }
  std::uint64_t waiting() const override { return waiting_.size(); }
  TimePoint settled_until(TimePoint now) const override;

 private:
  void serve_waiting(TimePoint now);
  void shed_front(TimePoint now);
  Start start_of(const schedule::Arrival& arrival) const;
  TimePoint sheds_at(const Start& start) const;
  ActiveUser* free_user();
  void run(ActiveUser& user, const Start& start, TimePoint now);

  schedule::OpenSchedule schedule_;
  std::uint64_t stream_;
  std::uint64_t user_limit_;
  TimePoint phase_start_{};
  std::optional<schedule::Arrival> next_;
  std::vector<ActiveUser*> free_;  // the one used last is taken first: it is the warmest in the cache
  std::deque<Start> waiting_;      // by intended start
};

}  // namespace assay::engine
