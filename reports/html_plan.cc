// What was planned and where it ran: load, targets, gate file, environment, versions.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"

namespace assay::reports {
namespace {

constexpr std::size_t kGateBytes = 64'000;

Markup load_table(const RunResult& result) {
  if (result.load.empty()) return {};
  HtmlTable table(
      "Load",
      {{"shape"}, {"what"}, {"from", Align::right}, {"warm-up", Align::right}, {"until", Align::right}});
  const std::size_t shown = std::min(result.load.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) {
    const LoadPhaseFacts& phase = result.load[i];
    table.add({phase.shape, phase.description, format_duration(phase.start), format_duration(phase.warm_up),
               format_duration(phase.end)});
  }
  return table.markup() + more_text(result.load.size() - shown, "phases of load");
}

std::string list_text(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 8); ++i)
    all += (i == 0 ? "" : ", ") + words[i];
  return all + (words.size() > 8 ? fmt::format(" and {} more", words.size() - 8) : "");
}

Markup targets_table(const RunResult& result) {
  if (result.targets.empty()) return {};
  HtmlTable table("Targets",
                  {{"arm"}, {"URL"}, {"addresses"}, {"connections", Align::right}, {"TLS"}, {"certificate"}});
  for (const TargetFacts& target : result.targets) {
    const std::string tls = target.tls ? target.tls->version + " " + target.tls->cipher : "none";
    const std::string certificate =
        target.tls ? fmt::format("{} until {}{}", target.tls->subject, target.tls->not_after,
                                 target.tls->verified ? "" : ", NOT VERIFIED")
                   : "";
    table.add({name(target.arm), target.url, list_text(target.addresses),
               format_count(target.connections_opened), tls, certificate});
  }
  return table.markup();
}

Markup environment_of(const RunResult& result) {
  const Environment& environment = result.environment;
  FactList facts;
  facts.add("assay",
            fmt::format("{} ({}, {})", environment.assay_version, environment.build, environment.compiler));
  facts.add("OpenSSL", environment.openssl_version);
  facts.add("host", environment.hostname);
  facts.add("kernel", environment.kernel);
  facts.add("CPU", fmt::format("{} cores, {}", environment.cores, environment.cpu_model));
  facts.add("memory", format_size(static_cast<double>(environment.memory_bytes)));
  facts.add("open files", format_count(environment.file_limit));
  std::size_t shown = 0;
  for (const auto& [key, value] : environment.ci)
    if (shown++ < kMostNames) facts.add(key, value);
  return element("h3", text("Environment")) + facts.markup();
}

Markup identity_of(const RunResult& result) {
  FactList facts;
  facts.add("run", result.id);
  if (!result.description.empty()) facts.add("description", result.description);
  facts.add("seed", std::to_string(result.seed));
  if (!result.scenario_hash.empty()) facts.add("scenario", result.scenario_hash);
  if (!result.load_hash.empty()) facts.add("load", result.load_hash);
  if (!result.place.empty()) facts.add("place", result.place);
  facts.add("warm-up", fmt::format("{} requests, {} failed", format_count(result.warm_up_requests),
                                   format_count(result.warm_up_errors)));
  std::size_t shown = 0;
  for (const auto& [key, value] : result.overrides)
    if (shown++ < kMostNames) facts.add(key, value);
  return facts.markup();
}

Markup gate_of(const RunResult& result) {
  if (result.gate_text.empty()) return {};
  return folded(
      "Gate file " + clipped(result.gate_path, 200),
      element("pre", {{"tabindex", "0"}}, element("code", text(clipped(result.gate_text, kGateBytes)))));
}

}  // namespace

Markup plan_section(const RunView& view) {
  return section("plan", "Plan and environment",
                 identity_of(view.result) + load_table(view.result) + targets_table(view.result) +
                     gate_of(view.result) + environment_of(view.result));
}

}  // namespace assay::reports
