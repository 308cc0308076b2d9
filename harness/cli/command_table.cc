#include <array>

#include "cli/command.h"

namespace assay::cli {

std::span<const CommandEntry> commands() {
  static constexpr std::array<CommandEntry, 12> kCommands = {{
      {"run", "Offer the load of a gate file, judge, and exit with the verdict",
       "assay run gate.yaml --target candidate=https://canary.example:8443 --var page_size=50",
       make_run_command},
      {"watch", "Judge by what the target says of itself while other traffic runs; offers no load",
       "assay watch gate.yaml --duration 30m", make_watch_command},
      {"probe", "Look at the deployment with the probes of a gate file, once and without load",
       "assay probe gate.yaml --target candidate=https://canary.example:8443", make_probe_command},
      {"explain", "Say what a run would do and what it could decide; sends nothing without --pilot",
       "assay explain gate.yaml --target candidate=http://127.0.0.1:8080", make_explain_command},
      {"report", "Write a stored run in another format, or the trend of many of them",
       "assay report assay-runs/20260214T090000Z-shop --format markdown", make_report_command},
      {"verdict", "Judge a stored run again, offline, by its own gate file or another one",
       "assay verdict assay-runs/20260214T090000Z-shop stricter.yaml", make_verdict_command},
      {"merge", "Join the segments that several machines measured, and judge them as one run",
       "assay merge segment-1 segment-2 --out joined", make_merge_command},
      {"compare", "Say how two stored runs differ, and how little that proves; judges nothing",
       "assay compare assay-runs/20260214T090000Z-shop assay-runs/20260215T090000Z-shop",
       make_compare_command},
      {"baseline", "Keep runs in a store, and see what they say about the noise of a gate",
       "assay baseline save assay-runs/20260214T090000Z-shop --name release-1.2", make_baseline_command},
      {"schema", "Print the JSON Schema of gate files", "assay schema > gate.schema.json",
       make_schema_command},
      {"demo", "Run a whole gate against an embedded target; nothing else is needed", "assay demo slow",
       make_demo_command},
      {"demo-target", "Serve the embedded target alone until interrupted",
       "assay demo-target --listen 127.0.0.1:8080 --path '/items=lognormal(20ms,0.5) errors=1%'",
       make_demo_target_command},
  }};
  return kCommands;
}

}  // namespace assay::cli
