// One run of one probe: carries out what its kind wants to ask, batch by batch, and judges at the end. Lives
// until `done`; the thread of its client only.
#pragma once
#include <functional>
#include <vector>

#include "client/client.h"
#include "probes/kind.h"

namespace assay::probes {

class Session {
 public:
  // `reuse`: HTTP goes over kept connections. `done` may destroy the session. The probe and the client
  // outlive it.
  Session(const Probe& probe, client::Client& client, bool reuse, std::function<void(Session&)> done);
  void begin();

  const Probe& probe() const { return probe_; }
  TimePoint started() const { return started_; }
  const Judgement& judgement() const { return judgement_; }  // after the end
  Exchanges exchanges() const { return exchanges_; }

 private:
  void go_on();
  void think();
  void ask();
  void answered(std::size_t index, client::Answer answer);

  const Probe& probe_;
  client::Client& client_;
  bool reuse_;
  std::function<void(Session&)> done_;
  TimePoint started_{};
  std::vector<Exchange> exchanges_;
  std::vector<client::Ask> batch_;
  std::vector<client::Answer> answers_;
  std::size_t missing_ = 0;     // answers of the batch
  std::size_t kept_bytes_ = 0;  // of all bodies
  Judgement judgement_;
};

}  // namespace assay::probes
