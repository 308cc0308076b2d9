// How a run is carried out, as opposed to what it offers (that is the gate file's).
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/expected.h"
#include "config/gate_spec.h"
#include "model/run_result.h"
#include "net/event_loop.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct RunOptions {
  std::optional<std::uint64_t> seed;     // absent: drawn at random
  std::optional<std::uint32_t> workers;  // absent: the cores left free, see default_workers()
  std::string pacing = "sleep";
  std::string segment = "1/1";
  std::string start_at;  // empty: at once

  void declare(CLI::App& parser);

  // For those that the parser has accepted.
  net::Pacing pacing_mode() const;
  Segment segment_part() const;
  std::optional<std::chrono::system_clock::time_point> start_time() const;

  // What is wrong about the options together, or with this gate; empty: nothing.
  std::string contradiction(const config::GateSpec& gate) const;
};

// The target often shares the machine, and so does everything else: one core stays free where there are two
// or more.
std::uint32_t default_workers();

// "2/5". Nothing: it is not written so.
std::optional<Segment> parse_segment(const std::string& text);

}  // namespace assay::cli
