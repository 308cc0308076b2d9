#include "tests/unit/probes/kind_fixture.h"

#include <memory>
#include <utility>

#include "base/source.h"

namespace assay::probes {
namespace {

std::string indented(std::string_view lines) {
  std::string out = "  - ";
  for (const char c : lines) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

}  // namespace

StagedGate staged(std::string_view probe, std::string_view target) {
  return staged_gate("version: 1\ntargets: { candidate: \"" + std::string(target) + "\" }\nprobes:\n" +
                     indented(probe) + "\n");
}

StagedGate staged_gate(const std::string& text) {
  config::ReadOptions options;
  options.probe_forms = forms();
  auto gate = config::read_gate(std::make_shared<const SourceFile>("gate.yaml", text), options);
  StagedGate staged;
  if (gate) {
    staged.probes = make_probes(*gate);
  } else {
    staged.errors = gate.error().render(false);
  }
  return staged;
}

Probe made(std::string_view probe, std::string_view target) {
  StagedGate gate = staged(probe, target);
  INFO(gate.errors);
  REQUIRE(gate.probes.size() == 1);
  return std::move(gate.probes[0]);
}

std::vector<Exchange> answered(const std::vector<client::Ask>& asks, const World& world, TimePoint& now,
                               std::vector<std::string>* asked) {
  std::vector<Exchange> exchanges;
  Nanos longest{0};
  for (const client::Ask& ask : asks) {
    if (asked != nullptr) asked->push_back(ask.label);
    const auto* pause = std::get_if<client::PauseAsk>(&ask.what);
    client::Answer answer = pause != nullptr ? client::Answer{} : world(ask);
    answer.started = now;
    answer.started_wall = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(now.time_since_epoch()));
    if (pause != nullptr) answer.phases.done = pause->length;
    longest = std::max(longest, answer.phases.done);
    exchanges.push_back({ask, std::move(answer)});
  }
  now += longest;
  return exchanges;
}

Judgement judged_course(const Probe& probe, const World& world, std::vector<std::string>* asked) {
  const std::unique_ptr<Course> course = probe.kind->begin(probe);
  std::vector<Exchange> latest;
  TimePoint now{};
  for (int round = 0; round < 10'000; ++round) {
    const std::vector<client::Ask> asks = course->next(latest);
    if (asks.empty()) return course->judge();
    latest = answered(asks, world, now, asked);
  }
  FAIL("the probe never ends");
  return {};
}

Judgement judged(const Probe& probe, const World& world, std::vector<std::string>* asked) {
  if (probe.kind->begin != nullptr) return judged_course(probe, world, asked);
  std::vector<Exchange> exchanges;
  for (int round = 0; round < 10'000; ++round) {
    const std::vector<client::Ask> asks = probe.kind->next(probe, exchanges);
    if (asks.empty()) return probe.kind->judge(probe, exchanges);
    for (const client::Ask& ask : asks) {
      if (asked != nullptr) asked->push_back(ask.label);
      const bool pause = std::holds_alternative<client::PauseAsk>(ask.what);
      exchanges.push_back({ask, pause ? client::Answer{} : world(ask)});
    }
  }
  FAIL("the probe never ends");
  return {};
}

client::Answer http_answer(int status, std::vector<client::Field> headers, std::string body) {
  client::HttpAnswer http;
  http.status = status;
  http.version = "1.1";
  http.headers = std::move(headers);
  http.body_bytes = http.wire_bytes = body.size();
  http.body = std::move(body);
  client::Answer answer;
  answer.what = std::move(http);
  return answer;
}

client::Answer trouble(client::Trouble what, std::string problem) {
  client::Answer answer;
  answer.trouble = what;
  answer.problem = std::move(problem);
  return answer;
}

std::string summary(const Judgement& judgement) {
  return std::string(name(judgement.state())) + ": " + judgement.reason();
}

}  // namespace assay::probes
