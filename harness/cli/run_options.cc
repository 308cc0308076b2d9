#include "cli/run_options.h"

#include <sched.h>

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>

#include "base/utc.h"

namespace assay::cli {
namespace {

constexpr std::array<const char*, 3> kPacings = {"sleep", "hybrid", "spin"};  // by net::Pacing
constexpr std::uint32_t kMostWorkers = 1024;

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string check_segment(const std::string& text) {
  return parse_segment(text) ? ""
                             : "\"" + text + "\" must be written as K/N with 1 <= K <= N, for instance 2/5";
}

std::string check_time(const std::string& text) {
  return utc_moment(text) ? "" : "\"" + text + "\" must be written in UTC, for instance 2026-11-21T10:00:00Z";
}

}  // namespace

void RunOptions::declare(CLI::App& parser) {
  parser.add_option("--seed", seed, "Reproduces arrivals, users and data of another run")
      ->type_name("NUMBER")
      ->default_str("random; the report prints it");
  parser.add_option("--workers", workers, "Threads that offer load")
      ->check(CLI::Range(std::uint32_t{1}, kMostWorkers).description(""))
      ->type_name("NUMBER")
      ->default_str("cores - 1, at least 1");
  parser
      .add_option("--pacing", pacing,
                  "How workers wait for the next arrival; hybrid polls the last 60 us, spin polls always")
      ->check(CLI::IsMember(kPacings).description(""))
      ->type_name("sleep|hybrid|spin");
  parser.add_option("--segment", segment, "Take part K of N of the load; `assay merge` joins the parts")
      ->check(check_segment, "")
      ->type_name("K/N");
  parser.add_option("--start-at", start_at, "Begin at this time, the same on all machines")
      ->check(check_time, "")
      ->type_name("ISO-8601")
      ->default_str("at once");
}

net::Pacing RunOptions::pacing_mode() const {
  std::uint8_t mode = 0;
  while (pacing != kPacings.at(mode)) ++mode;
  return static_cast<net::Pacing>(mode);
}

Segment RunOptions::segment_part() const { return parse_segment(segment).value_or(Segment{}); }

std::optional<std::chrono::system_clock::time_point> RunOptions::start_time() const {
  return utc_moment(start_at);
}

std::string RunOptions::contradiction(const config::GateSpec& gate) const {
  if (segment_part().count > 1 && !seed) return "--segment needs --seed: all parts must share one";
  if (segment_part().count > 1 && gate.judgement.on_inconclusive == config::OnInconclusive::extend)
    return "--segment does not go with `on_inconclusive: extend`: no part knows what the others have "
           "measured";
  if (segment_part().count > 1 && !gate.load.empty() && !gate.offers_load())
    return "--segment divides a load, and this gate offers none";
  const auto start = start_time();
  if (start && *start < std::chrono::system_clock::now()) return "--start-at " + start_at + " has passed";
  return {};
}

std::uint32_t default_workers() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int cores = CPU_COUNT(&set);
  return cores > 2 ? static_cast<std::uint32_t>(cores - 1) : 1;
}

std::optional<Segment> parse_segment(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto index = whole_number(std::string_view(text).substr(0, slash));
  const auto count = whole_number(std::string_view(text).substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
  return Segment{*index, *count};
}

}  // namespace assay::cli
