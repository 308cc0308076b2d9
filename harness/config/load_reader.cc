#include <algorithm>
#include <utility>

#include "base/units.h"
#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr WholeRange kUserRange{1, 1'000'000};
constexpr WholeRange kStageUserRange{0, 1'000'000};
constexpr WholeRange kIterationRange{1, 1'000'000'000'000};
constexpr DurationRange kDurationRange{std::chrono::milliseconds(500), std::chrono::hours(7 * 24)};
constexpr DurationRange kStageRange{Nanos(0), std::chrono::hours(7 * 24)};
constexpr Nanos kUsualWatch = std::chrono::minutes(10);
constexpr DurationRange kStopRange{Nanos(0), std::chrono::minutes(30)};

bool is_open(Shape shape) {
  return shape == Shape::constant_arrival_rate || shape == Shape::ramping_arrival_rate;
}

class LoadReader {
 public:
  LoadReader(ReadContext& context, const Node& node, Shape shape)
      : context_(context), map_(context, node, kLoadKeys[static_cast<std::size_t>(shape)], "load") {
    load_.shape = shape;
    load_.span = context.place(*map_.find("shape"));
    load_.connections = is_open(shape) ? Connections::pooled : Connections::per_user;
  }

  LoadSpec read() {
    switch (load_.shape) {
      case Shape::constant_arrival_rate:
        read_constant_rate();
        break;
      case Shape::ramping_arrival_rate:
        read_ramping_rate();
        break;
      case Shape::constant_vus:
        read_constant_users();
        break;
      case Shape::ramping_vus:
        read_ramping_users();
        break;
      case Shape::per_vu_iterations:
      case Shape::shared_iterations:
        read_iterations();
        break;
      case Shape::none:
        read_required("duration", load_.duration);
        break;
    }
    read_common();
    check_warm_up();
    return std::move(load_);
  }

 private:
  void read_constant_rate() {
    if (const Node* rate = map_.require("rate")) {
      assign(load_.rate_per_s, read_rate(context_, *rate, "rate"));
      const bool zero = rate->is_scalar() && parsed_zero(*rate);
      if (zero) context_.error(context_.span(*rate), "a rate of zero offers no load", "write it like 200/s");
    }
    read_required("duration", load_.duration);
  }

  bool parsed_zero(const Node& rate) const {
    const Parsed<double> parsed = parse_rate(rate.text);
    return parsed && *parsed == 0;
  }

  void read_ramping_rate() {
    if (const Node* start = map_.find("start_rate"))
      assign(load_.rate_per_s, read_rate(context_, *start, "start_rate"));
    for (const Node* item : stages()) {
      const MapReader stage(context_, *item, kRateStageKeys, "stages");
      RateStage& added = load_.rate_stages.emplace_back();
      if (const Node* rate = stage.require("rate"))
        assign(added.per_second, read_rate(context_, *rate, "rate"));
      read_stage_duration(stage, added.duration);
    }
    const bool offers =
        load_.rate_per_s > 0 || std::any_of(load_.rate_stages.begin(), load_.rate_stages.end(),
                                            [](const RateStage& s) { return s.per_second > 0; });
    check_stages(offers);
  }

  void read_constant_users() {
    read_users();
    read_required("duration", load_.duration);
  }

  void read_ramping_users() {
    if (const Node* start = map_.find("start_users")) {
      assign(load_.users, read_whole(context_, *start, "start_users", kStageUserRange));
    }
    for (const Node* item : stages()) {
      const MapReader stage(context_, *item, kUserStageKeys, "stages");
      UserStage& added = load_.user_stages.emplace_back();
      if (const Node* users = stage.require("users"))
        assign(added.users, read_whole(context_, *users, "users", kStageUserRange));
      read_stage_duration(stage, added.duration);
    }
    const bool offers = load_.users > 0 || std::any_of(load_.user_stages.begin(), load_.user_stages.end(),
                                                       [](const UserStage& s) { return s.users > 0; });
    check_stages(offers);
  }

  void read_iterations() {
    read_users();
    if (const Node* iterations = map_.require("iterations")) {
      assign(load_.iterations, read_whole(context_, *iterations, "iterations", kIterationRange));
    }
    load_.duration = std::chrono::minutes(10);
    const Node* limit = map_.find("max_duration");
    if (limit != nullptr)
      assign(load_.duration, read_duration(context_, *limit, "max_duration", kDurationRange));
  }

  void read_users() {
    if (const Node* users = map_.require("users"))
      assign(load_.users, read_whole(context_, *users, "users", kUserRange));
  }

  void read_required(std::string_view key, Nanos& into) {
    if (const Node* node = map_.require(key))
      assign(into, read_duration(context_, *node, key, kDurationRange));
  }

  std::vector<const Node*> stages() {
    const Node* list = map_.require("stages");
    const bool filled =
        list != nullptr && is_filled_list(context_, *list, "stages", "each stage has a goal and a duration");
    return filled ? list->items : std::vector<const Node*>();
  }

  void read_stage_duration(const MapReader& stage, Nanos& duration) {
    if (const Node* node = stage.require("duration"))
      assign(duration, read_duration(context_, *node, "duration", kStageRange));
    total_ += duration;
  }

  void check_stages(bool offers) {
    const Node* list = map_.find("stages");
    if (!mark_.clean() || list == nullptr) return;
    if (!offers)
      context_.error(*list, "these stages offer no load", "at least one of them must be above zero");
    if (total_ == Nanos(0)) context_.error(*list, "these stages take no time", "give them a duration");
  }

  void read_common() {
    if (const Node* node = map_.find("warm_up"))
      assign(load_.warm_up, read_duration(context_, *node, "warm_up", kStageRange));
    if (load_.shape == Shape::none) return;
    if (const Node* node = map_.find("graceful_stop")) {
      assign(load_.graceful_stop, read_duration(context_, *node, "graceful_stop", kStopRange));
    }
    if (const Node* node = map_.find("connections")) {
      assign(load_.connections, read_choice(context_, *node, "connections", kConnections));
    }
    if (!is_open(load_.shape)) return;
    if (const Node* node = map_.find("arrivals"))
      assign(load_.arrivals, read_choice(context_, *node, "arrivals", kArrivals));
    if (const Node* node = map_.find("max_in_flight")) {
      assign(load_.max_in_flight, read_whole(context_, *node, "max_in_flight", kUserRange));
    }
  }

  void check_warm_up() {
    const Node* warm_up = map_.find("warm_up");
    const Nanos whole = total_ > Nanos(0) ? total_ : load_.duration;
    if (warm_up == nullptr || whole == Nanos(0) || load_.warm_up < whole) return;
    context_.error(context_.span(*warm_up), "the warm-up leaves nothing to judge",
                   "this load lasts " + format_duration(whole) + ", the warm-up included");
  }

  ReadContext& context_;
  MapReader map_;
  ErrorMark mark_{context_};
  LoadSpec load_;
  Nanos total_{0};
};

// `load: none`, and what `assay watch` makes of any load.
LoadSpec other_traffic(const SourceSpan& span, Nanos duration) {
  LoadSpec load;
  load.shape = Shape::none;
  load.span = span;
  load.duration = duration;
  return load;
}

bool says_none(const Node& load) {
  if (load.is_scalar()) return load.text == "none";
  const Node* shape = load.is_map() ? load.find("shape") : nullptr;
  return shape != nullptr && shape->is_scalar() && shape->text == "none";
}

void check_alone(ReadContext& context, const GateSpec& spec) {
  if (spec.load.size() < 2) return;
  const auto none = std::ranges::find(spec.load, Shape::none, &LoadSpec::shape);
  if (none != spec.load.end())
    context.error(none->span, "no load stands among loads", "watch with a gate of its own");
}

void read_entry(ReadContext& context, const Node& node, GateSpec& spec) {
  if (!node.is_map()) {
    context.error(node, "\"load\" must be a map or a list of maps",
                  "write it like { shape: constant-arrival-rate, ... }");
    return;
  }
  const Node* shape = node.find("shape");
  if (shape == nullptr) {
    context.error(node, "\"shape\" is missing in a load",
                  "use constant-arrival-rate, ramping-arrival-rate, constant-vus, "
                  "ramping-vus, per-vu-iterations or shared-iterations, or none to watch other traffic");
    return;
  }
  const std::optional<Shape> found = read_choice(context, *shape, "shape", kShapes);
  if (found) spec.load.push_back(LoadReader(context, node, *found).read());
}

// As long as the command line says, or the file where it watches too.
void read_watch(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* load = gate.find("load");
  if (*context.options.watch == Nanos{0} && load != nullptr && load->is_map() && says_none(*load))
    return read_entry(context, *load, spec);
  const Nanos duration = *context.options.watch > Nanos{0} ? *context.options.watch : kUsualWatch;
  spec.load.push_back(other_traffic(load != nullptr ? context.place(*load) : SourceSpan{}, duration));
}

}  // namespace

void read_load(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  if (context.options.watch) return read_watch(context, gate, spec);
  const Node* load = gate.require(
      "load", "say how much to offer: { shape: constant-arrival-rate, rate: 50/s, duration: 1m }");
  if (load == nullptr) return;
  if (load->is_scalar() && says_none(*load)) {
    spec.load.push_back(other_traffic(context.place(*load), kUsualWatch));
  } else if (!load->is_sequence()) {
    read_entry(context, *load, spec);
  } else if (is_filled_list(context, *load, "load")) {
    for (const Node* item : load->items) read_entry(context, *item, spec);
    check_alone(context, spec);
  }
}

bool watches_only(const ReadContext& context, const MapReader& gate) {
  const Node* load = gate.find("load");
  return context.options.watch || (load != nullptr && says_none(*load));
}

}  // namespace assay::config
