#include "tests/support/sample_run.h"

#include "tests/support/sample_traffic.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGateText = R"(version: 1
name: invoices-canary
description: Promote a new release only if it serves invoices as well as production does.

targets:
  candidate: { url: "https://canary.invoices.example" }
  baseline: { url: "https://invoices.example" }

scenarios:
  browse-invoices:
    weight: 8
    steps:
      - name: list invoices
        get: "/invoices?limit=20"
        timeout: 2s
        expect: { status: 200 }
        extract: { invoice: { json: /items/0/id } }
      - pause: 200ms
      - name: read invoice
        get: "/invoices/${invoice}"
        timeout: 2s
        expect: { status: 200 }
  create-invoice:
    weight: 2
    steps:
      - name: create invoice
        post: "/invoices"
        timeout: 5s
        expect: { status: 200 }

load:
  - shape: constant-arrival-rate
    rate: 200/s
    arrivals: poisson
    duration: 60s
    warm_up: 10s
    max_in_flight: 500

thresholds:
  - p99(response_time) < 2s
  - error_rate < 0.5%

compare:
  - { metric: p50(response_time), margin: 10%, floor: 1ms }
  - { metric: p95(response_time), margin: 10%, floor: 1ms }
  - { metric: stalls }
)";

std::vector<StepFacts> steps() {
  return {
      {"browse-invoices", "list invoices", "GET", "/invoices?limit=20", 2s},
      {"browse-invoices", "read invoice", "GET", "/invoices/${invoice}", 2s},
      {"create-invoice", "create invoice", "POST", "/invoices", 5s},
  };
}

TlsFacts certificate(std::string name) {
  return {.version = "TLSv1.3",
          .cipher = "TLS_AES_256_GCM_SHA384",
          .verified = true,
          .session_resumed = true,
          .subject = "CN=" + name,
          .issuer = "CN=Example CA 2, O=Example Trust",
          .not_before = "2026-01-01T00:00:00Z",
          .not_after = "2026-04-01T00:00:00Z",
          .names = {name, "www." + name}};
}

std::vector<TargetFacts> targets() {
  const auto target = [](Arm arm, const std::string& host, std::vector<std::string> addresses) {
    TargetFacts facts;
    facts.arm = arm;
    facts.url = "https://" + host;
    facts.addresses = std::move(addresses);
    facts.tls = certificate(host);
    return facts;
  };
  return {target(Arm::candidate, "canary.invoices.example", {"192.0.2.10:443", "[2001:db8::10]:443"}),
          target(Arm::baseline, "invoices.example", {"192.0.2.20:443"})};
}

Environment environment() {
  return {
      .assay_version = "0.1.0",
      .compiler = "gcc 12.2.0",
      .build = "Release",
      .hostname = "runner-7",
      .kernel = "Linux 6.1.0-18-amd64",
      .cpu_model = "AMD EPYC 7763 64-Core Processor",
      .cores = 4,
      .memory_bytes = 16'777'216'000,
      .file_limit = 65'536,
      .openssl_version = "OpenSSL 3.0.11",
      .ci = {{"GITHUB_RUN_ID", "7141592653"}, {"GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567"}}};
}

std::uint64_t outcomes_of(const RunResult& result, std::uint16_t step, Arm arm, Outcome outcome) {
  std::uint64_t count = 0;
  for (const Series& series : result.series) {
    if (series.key.step == step && series.key.arm == arm)
      count += series.outcomes[static_cast<std::size_t>(outcome)];
  }
  return count;
}

std::vector<FailureExample> failures(const RunResult& result) {
  std::vector<FailureExample> examples;
  const auto add = [&](std::uint16_t step, Arm arm, Outcome outcome, std::string detail,
                       std::string location) {
    const std::uint64_t count = outcomes_of(result, step, arm, outcome);
    if (count > 0) examples.push_back({step, arm, outcome, count, std::move(detail), std::move(location)});
  };
  const std::array<std::string, 3> expectation = {"gate.yaml:16:27", "gate.yaml:22:27", "gate.yaml:29:27"};
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    for (std::uint16_t step = 0; step < 3; ++step) {
      add(step, arm, Outcome::status, "expected status 200, got 503", expectation[step]);
      add(step, arm, Outcome::response_timeout, "no complete answer within 2s", "");
      add(step, arm, Outcome::shed, "no virtual user was free within 500ms", "");
    }
  }
  return examples;
}

}  // namespace

RunResult sample_result() {
  RunResult result;
  result.id = "20260214T090000Z-invoices-canary";
  result.name = "invoices-canary";
  result.description = "Promote a new release only if it serves invoices as well as production does.";
  result.started_utc = "2026-02-14T09:00:00.125Z";
  result.seed = 42;
  result.command_line = {"assay", "run", "gate.yaml", "--seed", "42", "--var", "page_size=20"};
  result.gate_path = "gate.yaml";
  result.gate_text = kGateText;
  result.overrides = {{"page_size", "20"}};
  result.slot_length = 500ms;
  result.targets = targets();
  result.steps = steps();
  result.load = {{.shape = "constant-arrival-rate",
                  .description = "200/s for 60s, poisson arrivals",
                  .open_model = true,
                  .start = 0s,
                  .warm_up = kSampleWarmUp,
                  .end = kSampleLength}};
  record_traffic(result, sample_traffic(result.seed));
  result.failures = failures(result);
  result.failed_stretches = {{Arm::candidate, 12300ms, 12550ms, 7}};
  result.probes = sample_probes();
  result.environment = environment();
  return result;
}

RunRecord sample_run() {
  RunRecord record{.result = sample_result(), .verdict = std::nullopt};
  record.verdict = sample_verdict(record.result);
  return record;
}

}  // namespace assay::test_support
