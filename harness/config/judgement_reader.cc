#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr DurationRange kCorrelationRange{std::chrono::milliseconds(500), std::chrono::minutes(10)};
constexpr DurationRange kLongestRange{std::chrono::seconds(1), std::chrono::hours(7 * 24)};
constexpr WholeRange kLookRange{1, 10};
constexpr WholeRange kLastRange{8, 1000};  // below eight runs nothing is judged
constexpr double kMostRatio = 100;
constexpr DurationRange kProvingRange{std::chrono::milliseconds(100), std::chrono::minutes(10)};
constexpr Nanos kUsualOutage = std::chrono::seconds(1);

void read_confidence(ReadContext& context, const Node& node, JudgementSpec& judgement) {
  const std::optional<double> confidence = read_ratio(context, node, "confidence");
  assign(judgement.confidence, confidence);
  if (!confidence || (*confidence >= 0.8 && *confidence <= 0.999)) return;
  context.error(context.span(node), "\"confidence\" is out of range", "it must lie between 80% and 99.9%");
}

void read_noise(ReadContext& context, const Node& node, JudgementSpec& judgement) {
  const MapReader map(context, node, kNoiseKeys, "noise");
  if (const Node* time = map.find("correlation_time"))
    assign(judgement.correlation_time, read_duration(context, *time, "correlation_time", kCorrelationRange));
}

void read_stored_baseline(ReadContext& context, const MapReader& verdict, GateSpec& spec) {
  const Node* node = verdict.find("baseline");
  if (node == nullptr && !context.options.stored_baseline) return;
  StoredBaselineSpec& stored = spec.judgement.stored.emplace();
  if (node == nullptr) return;
  stored.span = context.place(*node);
  if (node->is_scalar()) {  // short for a map without keys
    const auto word = read_text(context, *node, "baseline");
    if (word && *word != "stored") {
      context.error(*node, "\"baseline\" cannot be " + in_quotes(*word),
                    "write stored, or a map with store, last and environment; a live baseline is a target");
    }
    return;
  }
  const MapReader map(context, *node, kStoredBaselineKeys, "baseline");
  if (const Node* store = map.find("store")) assign(stored.store, read_text(context, *store, "store"));
  if (const Node* last = map.find("last"))
    assign(stored.last, read_whole(context, *last, "last", kLastRange));
  if (const Node* place = map.find("environment"))
    assign(stored.environment, read_text(context, *place, "environment"));
}

bool counts_iterations(const GateSpec& spec) {
  return std::ranges::any_of(spec.load, &LoadSpec::counts_iterations);
}

void read_looks(ReadContext& context, const Node& node, GateSpec& spec) {
  spec.judgement.continuous = node.is_scalar() && node.text == "continuous";
  if (!spec.judgement.continuous) {
    const auto looks = read_whole(context, node, "looks", kLookRange);
    assign(spec.judgement.looks, looks);
    if (!looks || *looks == 1) return;
  }
  const SourceSpan place = context.span(node);
  if (spec.judgement.continuous && !spec.server_compare.empty())
    context.error(place, "server metrics are not looked at continuously",
                  "say how many looks, or leave it out");
  if (!spec.compares_arms())
    context.error(place, "there is nothing to look at",
                  "looks are taken at comparisons with a live baseline");
  if (counts_iterations(spec))
    context.error(place, "looks need a load whose length is known",
                  "this one ends when its iterations are done");
  if (spec.judged_length() < kShortestWithLooks)
    context.error(place,
                  fmt::format("{} looks are too many for {} of judged load", node.text,
                              format_duration(spec.judged_length())),
                  "before 5m have been judged a look could hardly decide: leave it out, or offer more");
}

// Whether the last load can simply go on.
bool can_go_on(const GateSpec& spec) {
  if (spec.load.empty()) return true;  // said elsewhere
  const Shape last = spec.load.back().shape;
  return last == Shape::constant_arrival_rate || last == Shape::constant_vus || last == Shape::none;
}

void check_extension(ReadContext& context, const Node& policy, const Node* longest, GateSpec& spec) {
  const SourceSpan place = context.span(policy);
  if (longest == nullptr)
    context.error(place, "\"extend\" needs a limit", "add max_duration, like max_duration: 30m");
  if (!spec.compares_arms())
    context.error(place, "there is nothing to extend for",
                  "only comparisons with a live baseline gain by more time");
  if (!can_go_on(spec) || counts_iterations(spec))
    context.error(
        place, "this load cannot be extended",
        "its last phase must be constant-arrival-rate or constant-vus, and none may count iterations");
}

void read_max_duration(ReadContext& context, const Node& node, GateSpec& spec) {
  const auto longest = read_duration(context, node, "max_duration", kLongestRange);
  assign(spec.judgement.max_duration, longest);
  if (spec.judgement.on_inconclusive != OnInconclusive::extend) {
    context.error(node, "nothing is extended to this \"max_duration\"",
                  "it goes with on_inconclusive: extend");
    return;
  }
  const Nanos planned = spec.planned_length();
  if (longest && *longest <= planned)
    context.error(context.span(node), "\"max_duration\" leaves no time to extend",
                  "the load itself lasts " + format_duration(planned) + ", its warm-up included");
}

void read_policy(ReadContext& context, const MapReader& map, GateSpec& spec) {
  const Node* policy = map.find("on_inconclusive");
  const Node* longest = map.find("max_duration");
  if (policy != nullptr)
    assign(spec.judgement.on_inconclusive, read_choice(context, *policy, "on_inconclusive", kOnInconclusive));
  if (spec.judgement.on_inconclusive == OnInconclusive::extend)
    check_extension(context, *policy, longest, spec);
  if (longest != nullptr) read_max_duration(context, *longest, spec);
}

void read_abort(ReadContext& context, const Node& node, GateSpec& spec) {
  AbortSpec& abort = spec.judgement.abort;
  const MapReader map(context, node, kAbortKeys, "abort");
  if (!map.is_map()) return;
  abort.span = context.place(node);
  if (const Node* rate = map.find("error_rate")) {
    abort.error_rate = read_ratio(context, *rate, "error_rate");
    if (abort.error_rate && (*abort.error_rate <= 0 || *abort.error_rate >= 1))
      context.error(context.span(*rate), "\"error_rate\" is out of range", "it must lie between 0% and 100%");
  }
  if (const Node* ratio = map.find("ratio")) {
    abort.ratio = read_number(context, *ratio, "ratio", {1, kMostRatio});
    if (spec.target(Arm::baseline) == nullptr)
      context.error(context.span(*ratio), "there is no baseline whose errors could be compared",
                    "use error_rate, or add targets.baseline");
  }
  if (map.find("error_rate") == nullptr && map.find("ratio") == nullptr)
    context.error(node, "\"abort\" has no rule", "write it like { error_rate: 5%, ratio: 2 }");
}

// What is to be proven, and the metric whose comparison proves it.
void prove(ReadContext& context, const Node& place, std::string_view what, Nanos length, GateSpec& spec) {
  const bool outages = what == "outages";
  const auto metric = outages ? CompareSpec::What::error_rate : CompareSpec::What::stalls;
  const auto compare = std::ranges::find(spec.compare, metric, &CompareSpec::what);
  if (compare == spec.compare.end() || spec.target(Arm::baseline) == nullptr) {
    context.error(
        context.span(place), "there is nothing that could prove " + in_quotes(what),
        fmt::format("it needs a live baseline, and {} under compare", outages ? "error_rate" : "stalls"));
    return;
  }
  if (compare->proving)
    context.error(context.span(place), in_quotes(what) + " stands there twice", "say each once");
  compare->proving = length;
}

// { outages: 2s }
void read_proof_with_length(ReadContext& context, const Node& item, GateSpec& spec) {
  const MapReader map(context, item, kProveKeys, "prove");
  for (const Node::Entry& entry : item.entries) {
    const auto length = read_duration(context, *entry.value, entry.key->text, kProvingRange);
    if (length) prove(context, *entry.key, entry.key->text, *length, spec);
  }
}

void read_proof(ReadContext& context, const Node& item, GateSpec& spec) {
  const auto word = read_text(context, item, "prove");
  if (!word) return;
  if (std::ranges::find(kProveKeys.keys, *word) == kProveKeys.keys.end()) {
    context.error(context.span(item), in_quotes(*word) + " is nothing that can be proven",
                  "write outages, stalls, or how long one lasts, like outages: 2s");
    return;
  }
  prove(context, item, *word, kUsualOutage, spec);
}

void read_prove(ReadContext& context, const Node& node, GateSpec& spec) {
  if (!is_filled_list(context, node, "prove", "write it like [outages, stalls]")) return;
  for (const Node* item : node.items)
    item->is_map() ? read_proof_with_length(context, *item, spec) : read_proof(context, *item, spec);
}

}  // namespace

void read_judgement(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* verdict = gate.find("verdict");
  if (verdict == nullptr) {
    if (context.options.stored_baseline) spec.judgement.stored.emplace();
    return;
  }
  const MapReader map(context, *verdict, kVerdictKeys, "verdict");
  if (const Node* node = map.find("confidence")) read_confidence(context, *node, spec.judgement);
  if (const Node* node = map.find("noise")) read_noise(context, *node, spec.judgement);
  read_stored_baseline(context, map, spec);
  if (const Node* node = map.find("looks")) read_looks(context, *node, spec);
  read_policy(context, map, spec);
  if (const Node* node = map.find("abort")) read_abort(context, *node, spec);
  if (const Node* node = map.find("prove")) read_prove(context, *node, spec);
}

}  // namespace assay::config
