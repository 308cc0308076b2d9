#include "probes/server_metrics.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "base/units.h"
#include "client/client.h"
#include "match/secret_search.h"
#include "probes/metric_blocks.h"
#include "probes/metric_queries.h"
#include "probes/prometheus_answers.h"
#include "probes/prometheus_ask.h"
#include "probes/server_key.h"

namespace assay::probes {
namespace {

using config::ServerMetricSpec;
using config::ServerMetricsSpec;
using WallClock = std::chrono::system_clock;

constexpr std::size_t kMostPoints = 10'000;  // of one series in one answer; Prometheus gives up to 11,000
constexpr double kScrapesInBlock = 2;
constexpr double kLate = 1.05;  // scrapes come a little irregularly

double wall_seconds(WallClock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

// Many questions at the same time, by text; the answers are read once all have come.
class Questions {
 public:
  Questions(const ServerMetricsSpec& spec, client::Client& client, int stop_fd)
      : client_(client), stop_fd_(stop_fd), server_(server_at(spec.prometheus)) {
    access_.connect_to = server_.connect_to;
    access_.ca_file = spec.ca;
    access_.timeout = spec.timeout;
    for (const auto& [name, value] : spec.headers) headers_.push_back({name, value});
  }

  void ask_now(const std::string& query) { begin(query, query_ask(server_, query, "query", headers_)); }
  void ask_range(const std::string& key, const std::string& query, const MomentRange& range) {
    begin(key, range_ask(server_, query, range, headers_));
  }

  void wait() {
    while (client_.under_way() > 0) {
      client_.turn(Clock::now() + std::chrono::seconds(1), stopped_ ? -1 : stop_fd_);
      pollfd polled{stop_fd_, POLLIN, 0};
      if (stopped_ || stop_fd_ < 0 || poll(&polled, 1, 0) <= 0) continue;
      stopped_ = true;
      client_.abandon();
    }
  }

  // Or why there is no answer.
  Read<PromResult> result(const std::string& key) const {
    const client::Answer& answer = answers_.at(key);
    if (!answer.ok() || answer.http() == nullptr)
      return Unexpected(fmt::format("{} did not answer: {}", server_.base, answer.problem));
    auto read = read_query(*answer.http());
    if (read) return read;
    return Unexpected(fmt::format("{} says: {}", server_.base, read.error()));
  }
  const client::Answer& answer(const std::string& key) const { return answers_.at(key); }

 private:
  void begin(const std::string& key, client::Ask ask) {
    if (answers_.contains(key)) return;
    answers_[key] = {};
    asks_.push_back(std::make_unique<client::Ask>(std::move(ask)));
    client_.begin(*asks_.back(), access_,
                  [this, key](client::Answer answer) { answers_[key] = std::move(answer); });
  }

  client::Client& client_;
  int stop_fd_;
  bool stopped_ = false;
  Server server_;
  client::Access access_;
  std::vector<client::Field> headers_;
  std::vector<std::unique_ptr<client::Ask>> asks_;
  std::map<std::string, client::Answer> answers_;
};

// A stretch of whole blocks, short enough for one answer.
struct Stretch {
  std::size_t first = 0;  // of the metric's blocks
  BlockGrid grid;
};

std::string key_of(const std::string& query, std::size_t stretch) {
  return fmt::format("{}#{}", query, stretch);
}

class Collection {
 public:
  Collection(const ServerMetricsSpec& spec, const MetricTimes& times, std::span<const std::string> secrets,
             client::Client& client, int stop_fd)
      : spec_(spec), times_(times), secrets_(secrets), questions_(spec, client, stop_fd) {}

  std::vector<ServerMetric> collect() {
    questions_.ask_now("time()");
    questions_.wait();
    lay_out_blocks();
    for (const ServerMetricSpec& metric : spec_.metrics)
      for (const Arm arm : arms()) ask(metric, arm);
    questions_.wait();
    std::vector<ServerMetric> collected;
    for (const ServerMetricSpec& metric : spec_.metrics) collected.push_back(read(metric));
    return collected;
  }

 private:
  std::vector<Arm> arms() const {
    std::vector<Arm> named = {Arm::candidate};
    if (spec_.arms.contains(Arm::baseline)) named.push_back(Arm::baseline);
    return named;
  }

  // Of their clock, ahead of ours: samples carry their time.
  double clock_offset() const {
    const auto now = questions_.result("time()");
    if (!now || now->series.empty() || now->series[0].points.empty()) return 0;
    const client::Answer& answer = questions_.answer("time()");
    return now->series[0].points[0].value -
           (wall_seconds(answer.started_wall) + seconds(answer.phases.done) / 2);
  }

  void lay_out_blocks() {
    const double start = wall_seconds(times_.start) + clock_offset();
    std::size_t count = 0;
    for (const auto& [from, until] : times_.judged) {
      Nanos at = from;
      while (at + spec_.block <= until) {
        Stretch& stretch = stretches_.emplace_back();
        stretch.first = count;
        stretch.grid.block = spec_.block;
        stretch.grid.first_end_s = start + seconds(at + spec_.block);
        for (; at + spec_.block <= until && stretch.grid.blocks.size() < kMostPoints; at += spec_.block)
          stretch.grid.blocks.push_back({at, at + spec_.block, {}});
        count += stretch.grid.blocks.size();
      }
    }
    judged_ = spec_.block * static_cast<std::int64_t>(count);
  }

  std::vector<std::string> range_queries(const ServerMetricSpec& metric, Arm arm) const {
    std::vector<std::string> queries = {range_query(metric, spec_, arm)};
    if (metric.kind == ServerMetricSpec::Kind::share) queries.push_back(errors_query(metric, spec_, arm));
    return queries;
  }

  void ask(const ServerMetricSpec& metric, Arm arm) {
    if (stretches_.empty()) return;
    for (const std::string& query : range_queries(metric, arm)) {
      for (std::size_t i = 0; i < stretches_.size(); ++i) {
        const BlockGrid& grid = stretches_[i].grid;
        const double last =
            grid.first_end_s + seconds(grid.block) * static_cast<double>(grid.blocks.size() - 1);
        questions_.ask_range(key_of(query, i), query, {grid.first_end_s, last, seconds(grid.block)});
      }
    }
    const std::string selector = sampled_selector(metric, spec_, arm);
    if (!selector.empty()) questions_.ask_now(samples_query(selector, judged_));
    for (const Existence& existence : existence_queries(metric, spec_)) questions_.ask_now(existence.query);
  }

  ServerMetric read(const ServerMetricSpec& spec) const {
    ServerMetric metric;
    metric.name = spec.name;
    metric.kind = spec.is_share()                                 ? ServerMetricKind::ratio
                  : spec.kind == ServerMetricSpec::Kind::quantile ? ServerMetricKind::quantile
                                                                  : ServerMetricKind::value;
    metric.unit = spec.shown_unit();
    metric.more_is_better = spec.more_is_better;
    metric.quantile = spec.quantile;
    metric.block = spec_.block;
    for (const Stretch& stretch : stretches_)
      metric.blocks.insert(metric.blocks.end(), stretch.grid.blocks.begin(), stretch.grid.blocks.end());
    for (const Arm arm : arms()) {
      MetricSource& source = metric.sources[static_cast<std::size_t>(arm)].emplace();
      for (const std::string& query : range_queries(spec, arm)) source.queries.push_back(shown(query));
      source.problem = shown(read_arm(spec, arm, metric));
    }
    return metric;
  }

  // What is wrong with it, or nothing.
  std::string read_arm(const ServerMetricSpec& spec, Arm arm, ServerMetric& metric) const {
    if (stretches_.empty()) return "no whole block was judged";
    const auto queries = range_queries(spec, arm);
    for (std::size_t i = 0; i < stretches_.size(); ++i) {
      ArmAnswer answer;
      for (std::size_t q = 0; q < queries.size(); ++q) {
        auto result = questions_.result(key_of(queries[q], i));
        if (!result) return result.error();
        (q == 0 ? answer.range : answer.errors) = std::move(result).value();
      }
      std::string wrong = put_blocks({spec, arm, stretches_[i].grid, stretches_[i].first}, answer, metric);
      if (!wrong.empty()) return wrong;
    }
    std::string lacking = unseen_errors(spec);
    return lacking.empty() ? sparse_samples(spec, arm) : lacking;
  }

  // No error is only good news where one could have been seen.
  std::string unseen_errors(const ServerMetricSpec& spec) const {
    for (const Existence& existence : existence_queries(spec, spec_)) {
      const auto result = questions_.result(existence.query);
      if (!result) return result.error();
      if (result->series.empty()) return existence.missing + ", so that errors could not be seen";
    }
    return "";
  }

  std::string sparse_samples(const ServerMetricSpec& spec, Arm arm) const {
    const std::string selector = sampled_selector(spec, spec_, arm);
    if (selector.empty()) return "";
    const auto samples = questions_.result(samples_query(selector, judged_));
    if (!samples) return samples.error();
    if (samples->series.empty() || samples->series[0].points.empty()) return "there is no series " + selector;
    const double interval = seconds(judged_) / std::max(1.0, samples->series[0].points[0].value);
    if (interval * kScrapesInBlock <= seconds(spec_.block) * kLate) return "";
    const double wanted = std::ceil(interval * kScrapesInBlock);
    return fmt::format("its samples come about every {} s, and a block of {} needs two: write every: {:.0f}s",
                       format_number(interval), format_duration(spec_.block), wanted);
  }

  std::string shown(const std::string& text) const { return match::without_secrets(text, secrets_); }

  const ServerMetricsSpec& spec_;
  const MetricTimes& times_;
  std::span<const std::string> secrets_;
  Questions questions_;
  std::vector<Stretch> stretches_;
  Nanos judged_{0};
};

// Without a client there is no answer, and each metric says why.
std::vector<ServerMetric> unanswered(const ServerMetricsSpec& spec, const std::string& why) {
  std::vector<ServerMetric> metrics;
  for (const ServerMetricSpec& each : spec.metrics) {
    ServerMetric& metric = metrics.emplace_back();
    metric.name = each.name;
    metric.unit = each.shown_unit();
    for (auto& source : metric.sources) source = MetricSource{{}, why};
  }
  return metrics;
}

}  // namespace

std::vector<ServerMetric> collect_server_metrics(const ServerMetricsSpec& spec, const MetricTimes& times,
                                                 std::span<const std::string> secrets, int stop_fd) {
  const auto client = client::Client::create();
  if (!client) return unanswered(spec, client.error().message());
  return Collection(spec, times, secrets, **client, stop_fd).collect();
}

}  // namespace assay::probes
