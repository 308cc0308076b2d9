// Virtual users that iterate one after the other while the curve keeps them active, or until their iterations
// are used up. A user whose request could not even be sent waits a moment before it tries again, so that a
// dead target is not hammered. The worker's thread only.
#pragma once
#include <vector>

#include "engine/pacer.h"
#include "schedule/user_curve.h"

namespace assay::engine {

class ClosedPacer final : public Pacer {
 public:
  ClosedPacer(const PacerContext& context, const ClosedLoad& load);

  void begin(TimePoint start) override;
  TimePoint next_due() const override { return kNever; }  // users wake by themselves
  void release(TimePoint) override {}
  void user_free(ActiveUser& user, TimePoint now, bool back_off) override;
  void user_woke(ActiveUser& user, TimePoint now) override;
  void stop_offering() override { offering_ = false; }
  void give_up(TimePoint) override { offering_ = false; }
  bool exhausted() const override { return !offering_ || (sleeping_ == 0 && active_ == 0); }

 private:
  void run_or_sleep(ActiveUser& user, TimePoint intended, TimePoint now);
  bool has_iterations(const ActiveUser& user) const;
  // When the user is active at or after `now`; kNever: not any more.
  TimePoint active_from(ActiveUser& user, TimePoint now) const;
  void sleep_until(ActiveUser& user, TimePoint at);

  const ClosedLoad& load_;
  bool offering_ = true;
  TimePoint phase_start_{};
  std::uint64_t sleeping_ = 0;                            // users with a wake-up to come
  std::uint64_t shared_left_ = 0;                         // this lane's part of the shared iterations
  std::vector<std::vector<schedule::ActiveTime>> times_;  // by position in users()
};

}  // namespace assay::engine
