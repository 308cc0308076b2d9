// One run of one probe: carries out what its kind wants to ask, batch by batch, and judges at the end. Lives
// until `done`; the thread of its client only.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/client.h"
#include "probes/kind.h"
#include "probes/probe_board.h"

namespace assay::probes {

class Session {
 public:
  // `reuse`: HTTP goes over kept connections. `done` may destroy the session. The probe and the client
  // outlive it.
  Session(const Probe& probe, client::Client& client, bool reuse, std::function<void(Session&)> done);
  void begin();
  // Before the client abandons what is under way: nothing more is asked but what undoes the rest.
  void give_up() { given_up_ = true; }
  // Load begins beside it, or is over.
  void load_runs(bool runs) { load_runs_ = runs; }
  // Where to say how far it has got; null: nobody asks.
  void show_on(ProbeBoard* board) { board_ = board; }

  const Probe& probe() const { return probe_; }
  TimePoint started() const { return started_; }
  const Judgement& judgement() const { return judgement_; }  // after the end
  Exchanges exchanges() const { return exchanges_; }

 private:
  void go_on();
  void think();
  void break_off();
  void conclude();
  void guard();
  void ask();
  void keep(std::vector<Exchange> answered);
  void answered(std::size_t index, client::Answer answer);

  const Probe& probe_;
  client::Client& client_;
  bool reuse_;
  std::function<void(Session&)> done_;
  TimePoint started_{};
  std::unique_ptr<Course> course_;
  std::vector<Exchange> exchanges_;  // all; of a course, those that it shows
  std::vector<Exchange> latest_;     // of a course: the answers to what it wanted last
  std::vector<client::Ask> batch_;
  std::vector<client::Answer> answers_;
  std::size_t missing_ = 0;        // answers of the batch
  std::size_t asked_ = 0;          // in all
  std::optional<bool> load_runs_;  // what the course is to be told
  bool guarded_ = false, given_up_ = false, undone_ = false, endless_ = false;
  std::size_t kept_bytes_ = 0;  // of all bodies
  ProbeBoard* board_ = nullptr;
  Judgement judgement_;
};

}  // namespace assay::probes
