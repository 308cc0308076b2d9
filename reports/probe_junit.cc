#include "reports/probe_junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/xml_text.h"

namespace assay::reports {
namespace {

std::size_t count(std::span<const ProbeResult> probes, ProbeState state) {
  return static_cast<std::size_t>(std::count_if(
      probes.begin(), probes.end(), [&](const ProbeResult& probe) { return probe.state == state; }));
}

std::string evidence(const ProbeResult& probe) {
  std::string text = fmt::format("target {}\nplace {}\n", probe.target, probe.location);
  for (const ProbeFact& fact : probe.facts)
    text += fmt::format("{} {}: expected {}, got {}\n", name(fact.state), fact.what, fact.expected,
                        fact.observed);
  for (const ProbeExchange& exchange : probe.exchanges)
    text += fmt::format("{} {} {} -> {}\n", exchange.started_utc, exchange.address, exchange.label,
                        exchange.answer);
  return xml_text(text);
}

std::string outcome(const ProbeResult& probe) {
  const std::string reason = xml_text(probe.reason);
  switch (probe.state) {
    case ProbeState::fail:
      return fmt::format("    <failure message=\"{}\" type=\"fail\">{}</failure>\n", reason, evidence(probe));
    case ProbeState::error:
      return fmt::format("    <error message=\"{}\" type=\"error\">{}</error>\n", reason, evidence(probe));
    case ProbeState::skip:
      return fmt::format("    <skipped message=\"{}\"/>\n", reason);
    case ProbeState::warn:
      return fmt::format("    <system-out>warning: {}\n{}</system-out>\n", reason, evidence(probe));
    case ProbeState::pass:
      break;
  }
  return "";
}

// "gate.yaml:31:5": viewers link to the file and the line.
std::string place(const ProbeResult& probe) {
  const std::size_t column = probe.location.rfind(':');
  const std::size_t line =
      column == std::string::npos || column == 0 ? column : probe.location.rfind(':', column - 1);
  if (line == std::string::npos) return "";
  return fmt::format(" file=\"{}\" line=\"{}\"", xml_text(probe.location.substr(0, line)),
                     xml_text(probe.location.substr(line + 1, column - line - 1)));
}

std::string test_case(std::string_view gate, const ProbeResult& probe) {
  const std::string head = fmt::format("  <testcase name=\"{}\" classname=\"{}.probes.{}\"{} time=\"{:.3f}\"",
                                       xml_text(probe.name), xml_text(gate), xml_text(probe.kind),
                                       place(probe), seconds(probe.duration));
  const std::string inside = outcome(probe);
  return inside.empty() ? head + "/>\n" : head + ">\n" + inside + "  </testcase>\n";
}

}  // namespace

std::string probe_junit(std::string_view gate, std::span<const ProbeResult> probes) {
  Nanos longest{0};  // they run at the same time
  for (const ProbeResult& probe : probes) longest = std::max(longest, probe.duration);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" "
      "skipped=\"{}\" time=\"{:.3f}\">\n",
      xml_text(gate), probes.size(), count(probes, ProbeState::fail), count(probes, ProbeState::error),
      count(probes, ProbeState::skip), seconds(longest));
  for (const ProbeResult& probe : probes) text += test_case(gate, probe);
  return text + "</testsuite>\n";
}

}  // namespace assay::reports
