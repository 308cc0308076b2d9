#include <algorithm>
#include <array>
#include <utility>

#include "base/units.h"
#include "config/parts.h"
#include "config/threshold_expression.h"
#include "config/url.h"
#include "config/values.h"

namespace assay::config {
namespace {

using Kind = ServerMetricSpec::Kind;

constexpr DurationRange kBlockRange{std::chrono::seconds(1), std::chrono::hours(1)};
constexpr DurationRange kTimeoutRange{std::chrono::milliseconds(100), std::chrono::minutes(10)};
constexpr DurationRange kBoundRange{Nanos(1), std::chrono::hours(24)};
// They mean something else in thresholds and comparisons.
constexpr std::array<std::string_view, 9> kTaken{
    "max", "mean", "rate", "count", "error_rate", "check_rate", "received", "stalls", "throughput"};
enum class Better : std::uint8_t { lower, higher };
constexpr Choices<Better, 2> kBetter{{"lower", "higher"}};

// How Prometheus writes a value, and in what we keep it.
struct UnitForm {
  Unit unit;
  double scale;
};
enum class WrittenUnit : std::uint8_t { seconds, milliseconds, bytes, ratio, per_second, number };
constexpr Choices<WrittenUnit, 6> kUnits{
    {"seconds", "milliseconds", "bytes", "ratio", "per-second", "number"}};
constexpr std::array<UnitForm, 6> kUnitForms{{{Unit::nanoseconds, 1e9},
                                              {Unit::nanoseconds, 1e6},
                                              {Unit::bytes, 1},
                                              {Unit::ratio, 1},
                                              {Unit::per_second, 1},
                                              {Unit::none, 1}}};

bool is_label(std::string_view text) { return is_name(text) && !text.starts_with("__"); }

class MetricReader {
 public:
  MetricReader(ReadContext& context, const Node& node, const ServerMetricsSpec& all)
      : context_(context), map_(context, node, kServerMetricKeys, "metrics"), node_(node), all_(all) {}

  std::optional<ServerMetricSpec> read() {
    const ErrorMark mark(context_);
    if (!map_.is_map()) return std::nullopt;
    read_name();
    read_kind();
    if (mark.clean()) read_unit();
    if (mark.clean()) read_quantile();
    read_direction();
    if (!mark.clean()) return std::nullopt;
    return std::move(metric_);
  }

 private:
  void read_name() {
    const Node* name = map_.require("name", "thresholds and comparisons call it so");
    if (name == nullptr) return;
    assign(metric_.name, read_text(context_, *name, "name"));
    metric_.span = context_.span(*name);
    const bool taken = std::ranges::find(kTaken, metric_.name) != kTaken.end() ||
                       parse_percentile(metric_.name) || metric_.name == "tail5";
    if (!is_name(metric_.name))
      context_.error(*name, in_quotes(metric_.name) + " cannot name a metric", "use letters, digits and _");
    else if (taken)
      context_.error(*name, in_quotes(metric_.name) + " is a word of thresholds and comparisons",
                     "choose another, like server_" + metric_.name);
    else if (all_.find(metric_.name) != nullptr)
      context_.error(*name, "duplicate metric " + in_quotes(metric_.name), "give each its own name");
  }

  // Its source decides what it is.
  void read_kind() {
    const bool counts = map_.find("errors") != nullptr || map_.find("requests") != nullptr;
    const bool histogram = map_.find("histogram") != nullptr, query = map_.find("query") != nullptr;
    if (static_cast<int>(counts) + static_cast<int>(histogram) + static_cast<int>(query) != 1) {
      context_.error(node_, "a metric has one source",
                     "give errors and requests, or a histogram, or a query");
      return;
    }
    if (counts) {
      metric_.kind = Kind::share;
      metric_.errors = selector("errors");
      metric_.requests = selector("requests");
    } else if (histogram) {
      metric_.histogram = selector("histogram");
      metric_.kind = map_.find("slower_than") != nullptr ? Kind::slower : Kind::quantile;
    } else {
      metric_.query = asked("query");
    }
    refuse("quantile", metric_.kind == Kind::quantile, "it belongs to a histogram, in place of slower_than");
    refuse("slower_than", metric_.kind == Kind::slower, "it belongs to a histogram");
    refuse("unit", !counts, "a share of requests has none");
    refuse("better", metric_.kind == Kind::value, "only a query may have more as the better");
  }

  void refuse(std::string_view key, bool fits, std::string_view why) {
    if (const Node* node = map_.find(key); node != nullptr && !fits)
      context_.error(*node, in_quotes(key) + " does not fit this metric", std::string(why));
  }

  // PromQL that tells the arms apart.
  std::string asked(std::string_view key) {
    const Node* node = map_.require(key, "errors and requests belong together");
    if (node == nullptr) return {};
    std::string text = read_text(context_, *node, key).value_or("");
    const bool names_arm = text.find(kArmPlaceholder) != std::string::npos;
    if (text.empty()) {
      context_.error(*node, in_quotes(key) + " is empty", "write PromQL");
    } else if (all_.arms.empty() && names_arm) {
      context_.error(*node, "what $arm stands for is not said", "add arms: { candidate: { LABEL: VALUE } }");
    } else if (!all_.arms.empty() && !names_arm) {
      context_.error(*node, in_quotes(key) + " asks the same of each arm",
                     "write $arm among the labels, like http_requests_total{$arm}");
    }
    return text;
  }

  std::string selector(std::string_view key) {
    std::string text = asked(key);
    if (text.find_first_of("([") == std::string::npos) return text;
    context_.error(
        *map_.find(key), in_quotes(key) + " selects the series of a counter, without functions",
        "assay adds rate and sum itself: http_requests_total{$arm, status=~\"5..\"}; or use query");
    return {};
  }

  void read_unit() {
    metric_.unit = Unit::ratio;
    metric_.scale = 1;
    if (metric_.kind == Kind::share) return;
    auto written = metric_.kind == Kind::value ? WrittenUnit::number : WrittenUnit::seconds;
    if (const Node* node = map_.find("unit")) assign(written, read_choice(context_, *node, "unit", kUnits));
    const UnitForm& form = kUnitForms[static_cast<std::size_t>(written)];
    metric_.unit = form.unit;
    metric_.scale = form.scale;
  }

  void read_quantile() {
    if (metric_.kind == Kind::slower) {
      metric_.bound =
          read_in_unit(context_, *map_.find("slower_than"), "slower_than", metric_.unit).value_or(0);
    } else if (metric_.kind == Kind::quantile) {
      const Node* node = map_.require("quantile", "write it like quantile: 99%, or use slower_than: 500ms");
      if (node == nullptr) return;
      assign(metric_.quantile, read_ratio(context_, *node, "quantile"));
      if (metric_.quantile <= 0 || metric_.quantile >= 1)
        context_.error(context_.span(*node), "\"quantile\" is out of range", "it lies between 0% and 100%");
    }
  }

  void read_direction() {
    const Node* node = map_.find("better");
    if (node == nullptr) return;
    const auto better = read_choice(context_, *node, "better", kBetter);
    metric_.more_is_better = better == Better::higher;
  }

  ReadContext& context_;
  MapReader map_;
  const Node& node_;
  const ServerMetricsSpec& all_;
  ServerMetricSpec metric_;
};

void read_prometheus(ReadContext& context, const MapReader& map, const GateSpec& gate,
                     ServerMetricsSpec& spec) {
  const Node* url = map.require("prometheus", "write its URL, like http://prometheus:9090");
  if (url != nullptr) {
    if (const auto text = read_template(context, *url, "prometheus")) spec.prometheus = resolved(*text, gate);
    const auto parsed = parse_url(spec.prometheus);
    if (!spec.prometheus.empty() && !parsed)
      context.error(context.span(*url), in_quotes(spec.prometheus) + " is no URL to ask", parsed.error());
  }
  if (const Node* headers = map.find("headers"))
    for (const FieldSpec& field : read_headers(context, *headers))
      spec.headers.emplace_back(field.name, resolved(field.value, gate));
  if (const Node* ca = map.find("ca")) spec.ca = read_file_path(context, *ca, "ca");
  if (const Node* timeout = map.find("timeout"))
    assign(spec.timeout, read_duration(context, *timeout, "timeout", kTimeoutRange));
}

void read_labels(ReadContext& context, const Node& node, std::string_view arm,
                 std::map<std::string, std::string>& labels) {
  if (!is_filled_map(context, node, arm, "write the labels that tell it apart: { version: canary }")) return;
  for (const Node::Entry& entry : node.entries) {
    if (!is_label(entry.key->text))
      context.error(*entry.key, in_quotes(entry.key->text) + " is no label",
                    "labels have letters, digits and _");
    if (const auto value = read_text(context, *entry.value, entry.key->text))
      labels[entry.key->text] = *value;
  }
}

void read_arms(ReadContext& context, const MapReader& map, ServerMetricsSpec& spec) {
  const Node* node = map.find("arms");
  if (node == nullptr) return;
  const MapReader arms(context, *node, kTargetsKeys, "arms");
  if (const Node* candidate = arms.require("candidate", "it is the version that this gate judges"))
    read_labels(context, *candidate, "candidate", spec.arms[Arm::candidate]);
  if (const Node* baseline = arms.find("baseline"))
    read_labels(context, *baseline, "baseline", spec.arms[Arm::baseline]);
  if (spec.arms.size() == 2 && spec.arms[Arm::candidate] == spec.arms[Arm::baseline])
    context.error(*node, "both arms have the same labels", "say what tells them apart");
}

}  // namespace

// A number with the unit that it is measured in.
std::optional<double> read_in_unit(ReadContext& context, const Node& node, std::string_view label,
                                   Unit unit) {
  constexpr double kMost = 1e18;
  switch (unit) {
    case Unit::nanoseconds: {
      const auto time = read_duration(context, node, label, kBoundRange);
      return time ? std::optional<double>(static_cast<double>(time->count())) : std::nullopt;
    }
    case Unit::bytes: {
      const auto size = read_size(context, node, label);
      return size ? std::optional<double>(static_cast<double>(*size)) : std::nullopt;
    }
    case Unit::ratio:
      return read_ratio(context, node, label);
    case Unit::per_second:
      return read_rate(context, node, label);
    default:
      return read_number(context, node, label, {0, kMost});
  }
}

void read_server_metrics(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* node = gate.find("server_metrics");
  if (node == nullptr) return;
  const MapReader map(context, *node, kServerMetricsKeys, "server_metrics");
  if (!map.is_map()) return;
  ServerMetricsSpec& metrics = spec.server_metrics.emplace();
  metrics.block_span = context.place(*node);
  read_prometheus(context, map, spec, metrics);
  if (const Node* every = map.find("every")) {
    metrics.block_span = context.span(*every);
    assign(metrics.block, read_duration(context, *every, "every", kBlockRange));
  }
  read_arms(context, map, metrics);
  const Node* list = map.require("metrics", "list what is to be judged: [ { name: ..., query: ... } ]");
  if (list == nullptr || !is_filled_list(context, *list, "metrics")) return;
  for (const Node* item : list->items)
    if (auto metric = MetricReader(context, *item, metrics).read())
      metrics.metrics.push_back(*std::move(metric));
}

}  // namespace assay::config
