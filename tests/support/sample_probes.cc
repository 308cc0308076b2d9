#include "tests/support/sample_run.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

ProbeResult tls() {
  ProbeResult probe;
  probe.name = "tls";
  probe.kind = "tls";
  probe.target = "https://canary.invoices.example";
  probe.requirement = "C3";
  probe.location = "gate.yaml:41:5";
  probe.state = ProbeState::fail;
  probe.reason = "TLS 1.1: expected refused by the peer, got accepted with ECDHE-RSA-AES128-SHA";
  probe.started_utc = "2026-02-14T08:59:58.000Z";
  probe.duration = 84ms;
  probe.measures = {{"ssl_earliest_cert_expiry", 1776000000}};
  probe.facts = {
      {ProbeState::fail, "TLS 1.1", "refused by the peer", "accepted with ECDHE-RSA-AES128-SHA", ""},
      {ProbeState::pass, "days left", "at least 14", "61", ""}};
  probe.exchanges = {{.label = "TLS 1.1",
                      .protocol = "tcp",
                      .answer = "TLS 1.1 ECDHE-RSA-AES128-SHA",
                      .attempt = 1,
                      .started_utc = "2026-02-14T08:59:58.001Z",
                      .at = 1ms,
                      .address = "192.0.2.10:443",
                      .local = "192.0.2.1:50000",
                      .resolved = 0ms,
                      .connected = 10ms,
                      .secured = 31ms,
                      .first_byte = 0ms,
                      .done = 31ms}};
  return probe;
}

ProbeResult ready() {
  ProbeResult probe;
  probe.name = "ready <b>|\x1b[31m";  // what a hostile name must not do to a report
  probe.kind = "health";
  probe.target = "https://canary.invoices.example";
  probe.phase = ProbePhase::during;
  probe.severity = Severity::warn;
  probe.location = "gate.yaml:44:5";
  probe.state = ProbeState::fail;
  probe.reason = "new connections: out from 12.3 s to 12.6 s, at most 310ms: refused x3";
  probe.started_utc = "2026-02-14T09:00:00.000Z";
  probe.at = 2s;
  probe.duration = 60s;
  probe.series = {{.connection = "new",
                   .interval = 100ms,
                   .timeout = 1s,
                   .ticks = 600,
                   .failed = 3,
                   .errors = 0,
                   .stale_retries = 1,
                   .lateness_p50 = 80us,
                   .lateness_p99 = 900us,
                   .lateness_max = 2ms,
                   .start = 2s,
                   .length = 60s,
                   .outages = {{12300ms, 12600ms, 12250ms, 12560ms, 3, {{"refused", 3}}, "load", false}},
                   .outages_in_all = 1,
                   .longest_outage = 310ms,
                   .down = 310ms}};
  return probe;
}

ProbeResult names() {
  ProbeResult probe;
  probe.name = "names";
  probe.kind = "dns";
  probe.phase = ProbePhase::post;
  probe.severity = Severity::info;
  probe.location = "gate.yaml:50:5";
  probe.state = ProbeState::error;
  probe.reason = "A canary.invoices.example: no reply within 5s";
  probe.started_utc = "2026-02-14T09:01:00.000Z";
  probe.at = 62s;
  probe.duration = 5s;
  probe.attempts = 2;
  return probe;
}

}  // namespace

ProbeResult sample_alert() {
  ProbeResult probe;
  probe.name = "stalls are noticed";
  probe.kind = "alert-lifecycle";
  probe.phase = ProbePhase::during;
  probe.target = "http://prometheus.example";
  probe.location = "gate.yaml:53:5";
  probe.state = ProbeState::pass;
  probe.reason = "InvoicesSlow was pending after 4s, fired after 9s and was resolved after 24s";
  probe.started_utc = "2026-02-14T09:00:31.000Z";
  probe.at = 33s;
  probe.duration = 26s;
  probe.milestones = {{"fault", 33s},        {"pending", 37s},          {"firing", 42s},
                      {"notified", 43500ms}, {"fault taken back", 50s}, {"resolved", 57s}};
  return probe;
}

std::vector<ProbeResult> sample_probes() { return {tls(), ready(), names()}; }

}  // namespace assay::test_support
