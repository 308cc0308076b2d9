// The course of an `alert-lifecycle` probe: looks whether anything is in the way, brings the fault about,
// watches the alert rise, takes the fault back, watches it end, and reads the history.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/kind.h"
#include "probes/lifecycle_fault.h"
#include "probes/lifecycle_settings.h"
#include "probes/lifecycle_timeline.h"

namespace assay::probes {

class LifecycleCourse final : public Course {
 public:
  explicit LifecycleCourse(const Probe& probe);

  std::vector<client::Ask> next(Exchanges answered) override;
  std::vector<client::Ask> undo() override;
  void undone(Exchanges answered) override;
  bool shows(const Exchange& exchange) const override;
  Judgement judge() const override;
  void load_runs(bool runs) override;
  std::string standing() const override;

 private:
  enum class Stage : std::uint8_t { look, inject, rise, explain, clear, fall, history, over };

  std::vector<client::Ask> prepare();
  std::vector<client::Ask> after_look(Exchanges answered);
  std::vector<client::Ask> after_inject(Exchanges answered);
  std::vector<client::Ask> after_poll(Exchanges answered);
  std::vector<client::Ask> after_explain(Exchanges answered);
  std::vector<client::Ask> after_clear(Exchanges answered);
  std::vector<client::Ask> after_history(Exchanges answered);
  std::vector<client::Ask> watched() const;
  std::vector<client::Ask> poll();
  std::vector<client::Ask> begin_clear();
  std::vector<client::Ask> begin_history();
  std::vector<client::Ask> end();

  void see(Exchanges answered);
  bool has_risen() const;
  bool is_hopeless() const;
  bool has_ended() const;
  bool load_is_over() const;
  std::string since_fault() const;
  std::string how_far() const;
  std::vector<client::Ask> cut_short(std::string what, std::string why);

  client::Ask of_prometheus(client::Ask ask) const;
  client::Ask of_manager(client::Ask ask) const;

  const Probe& probe_;
  const LifecycleSettings& settings_;
  LifecycleTimeline timeline_;
  Stage stage_ = Stage::look;
  bool explaining_begun_ = false;
  TimePoint now_{};
  std::unique_ptr<LifecycleFault> fault_;
  bool fault_is_on_ = false, inject_answered_ = false;
  bool risen_ = false;                         // the alert has come all its way
  bool had_load_ = false, load_runs_ = false;  // beside it
  bool proves_nothing_ = false;                // the fault was not there, or not for long enough
  std::vector<Exchange> look_, explanation_;   // what hops are explained by
  Judgement early_;                            // what ended it before the fault, or went wrong with it
};

}  // namespace assay::probes
