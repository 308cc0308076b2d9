// Kind: what a probe of one kind asks and how it judges the answers, as two pure functions. A probe has no
// state and no thread of its own: the runner (probes/runner) carries out what next() wants until it wants
// nothing more, then judge() sees everything that was asked and answered.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/judgement.h"
#include "probes/probe.h"

namespace assay::probes {

struct Exchange {
  client::Ask ask;
  client::Answer answer;
};
// In the order in which next() wanted them.
using Exchanges = std::span<const Exchange>;
// The first whose ask has this label; null: it was not asked.
const Exchange* labelled(Exchanges all, std::string_view label);

// One tick of a repeated probe.
struct Tick {
  Nanos due{0}, started{0}, ended{0};  // since the probes began
  bool reused = false;                 // on the kept connection
  ProbeState state = ProbeState::error;
  std::string cause;  // "refused", "status 503"; empty where nothing is wrong
  bool stale_retry = false;
  std::vector<Measure> measures;  // what judge() noted
};

// What the load did to an arm between the first and the last tick.
struct LoadFacts {
  std::uint64_t requests = 0;  // sent, to the arm that the probe looks at
  bool known = false;          // false: there was no load, as in `assay probe`
};

// One run of a kind that watches for minutes: it digests what is answered and keeps what it needs, where
// next() and judge() of a Kind would read everything again and again. One thread at a time.
class Course {
 public:
  Course() = default;
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;
  virtual ~Course() = default;

  // After the answers to what it wanted last; none at first. Empty: nothing more.
  virtual std::vector<client::Ask> next(Exchanges answered) = 0;
  // What takes back whatever it did to the target and has not taken back. Wanted when the run is broken off.
  virtual std::vector<client::Ask> undo() { return {}; }
  virtual void undone(Exchanges /*answered*/) {}  // what became of it
  // Load begins beside it, or is over. Not called where there is none.
  virtual void load_runs(bool /*runs*/) {}
  // How far it has got, in a word or two, for those who watch; empty: nothing to say yet.
  virtual std::string standing() const { return {}; }
  // Whether it belongs into the evidence; polls do not.
  virtual bool shows(const Exchange& exchange) const = 0;
  virtual Judgement judge() const = 0;
};

// Either begin(), or next() and judge().
struct Kind {
  config::ProbeForm form;
  std::string_view purpose;  // one line, "the peer speaks these TLS versions and shows a good certificate"

  // What to ask now; asks of one call are carried out at the same time. Empty: nothing more.
  std::vector<client::Ask> (*next)(const Probe& probe, Exchanges so_far) = nullptr;
  // Pure, and never called with an ask unanswered. A judgement without a fact counts as an error.
  Judgement (*judge)(const Probe& probe, Exchanges all) = nullptr;
  std::unique_ptr<Course> (*begin)(const Probe& probe) = nullptr;
  // Of a repeated probe, what can only be said of all ticks together; null: nothing.
  void (*over_time)(const Probe& probe, std::span<const Tick> ticks, const LoadFacts& load,
                    Judgement& judgement) = nullptr;
  // Its asks look for all instances behind a load balancer, and a kept connection always reaches the same
  // one: no ticks on kept connections.
  bool new_connections = false;
};

}  // namespace assay::probes
