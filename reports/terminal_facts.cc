#include "reports/terminal_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/evidence_text.h"
#include "reports/number_text.h"
#include "reports/shapes.h"
#include "reports/target_text.h"

namespace assay::reports {
namespace {

class Facts {
 public:
  Facts(const RunRecord& record, const Summary& summary, const TextForm& form)
      : record_(record), result_(record.result), summary_(summary), form_(form) {}

  std::vector<Block::Lines> items() {
    endings();
    const bool has_load = !result_.could_not_run && !result_.load_withheld;
    if (has_load && !summary_.watched) requests();
    soundness();
    limits();
    when();
    if (has_load) offered();
    stalls();
    parts();
    notes();
    return std::move(items_);
  }

 private:
  void add(std::string_view label, std::string text, std::string_view paint = {}) {
    items_.push_back(lines_of(fact(label, std::move(text), paint), form_));
  }

  // Why it is not what was planned.
  void endings() {
    if (result_.could_not_run) add("not run", *result_.could_not_run);
    if (result_.load_withheld) add("no load", *result_.load_withheld);
    if (result_.interrupted_by) add("interrupted", fmt::format("by signal {}", *result_.interrupted_by));
    if (result_.early_stop)
      add("stopped",
          fmt::format("after {}: {}", format_duration(result_.early_stop->at), result_.early_stop->reason));
  }

  void requests() {
    add("requests",
        fmt::format("{} judged, {} failed; {} more while warming up", format_count(summary_.requests),
                    format_count(summary_.failed), format_count(result_.warm_up_requests)));
  }

  // What blocks stands among the reasons already.
  void soundness() {
    bool sound = record_.verdict && !summary_.watched && !result_.could_not_run && !result_.load_withheld;
    for (const Finding* finding : summary_.validity) {
      const bool calm = finding->state == FindingState::info || finding->state == FindingState::pass;
      sound = sound && calm;
      if (!calm && finding->severity != Severity::blocker)
        add("soundness",
            fmt::format("{} {}: {}", shape_of(finding->state), name(finding->state), finding->sentence),
            form_.palette.of(finding->state));
    }
    if (sound) add("soundness", sound_text(summary_.health), form_.palette.good);
  }

  // What would lift a limit stands on a line of its own: that is what one comes back for.
  void limits() {
    if (!record_.verdict) return;
    for (const Limit& limit : record_.verdict->limits) {
      Block::Lines item =
          lines_of(fact("limit", fmt::format("{} ({})", title(limit.resource), limit.evidence),
                        form_.palette.doubtful),
                   form_);
      for (std::string& line : lines_of(fact("", limit.advice, form_.palette.doubtful), form_))
        item.push_back(std::move(line));
      items_.push_back(std::move(item));
    }
  }

  void when() {
    std::string text = result_.started_utc;
    if (!result_.could_not_run && !result_.load_withheld)
      text += fmt::format(", {} judged, seed {}", duration_text(summary_.judged_seconds * 1e9), result_.seed);
    add("when", text);
  }

  void offered() {
    for (const TargetFacts& target : result_.targets) add(name(target.arm), short_target_text(target));
    for (const LoadPhaseFacts& phase : result_.load) add("load", load_text(phase));
  }

  void stalls() {
    for (const Finding* finding : summary_.stalls)
      if (finding->state != FindingState::pass && finding->severity != Severity::blocker)
        add("stalls",
            fmt::format("{} {}: {}", shape_of(finding->state), name(finding->state), finding->sentence),
            form_.palette.of(finding->state));
  }

  // They decide nothing by themselves.
  void parts() {
    for (const Finding* finding : summary_.breakdowns) add("stands out", breakdown_text(*finding));
  }

  void notes() {
    for (const Finding* finding : summary_.validity)
      if (finding->state == FindingState::info) add("note", finding->sentence);
  }

  const RunRecord& record_;
  const RunResult& result_;
  const Summary& summary_;
  const TextForm& form_;
  std::vector<Block::Lines> items_;
};

}  // namespace

Block facts_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form) {
  Block block{.rank = rank, .least = 4, .most = 10, .head = {""}, .what = "line"};
  block.items = Facts(record, summary, form).items();
  return block;
}

}  // namespace assay::reports
