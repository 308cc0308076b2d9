#include "probes/probe_http.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/expectation.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr config::DurationRange kTimeRange{std::chrono::milliseconds(1), std::chrono::minutes(30)};
constexpr std::string_view kKeys[] = {"path",         "method", "headers", "body",
                                      "http_version", "expect", "max_time"};

struct Settings final : config::ProbeSettings {
  Request request;
  Expectation expectation;
  std::optional<Nanos> max_time;
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->request = read_request(reading);
  settings->expectation = read_expectation(reading, reading.find("expect"));
  if (const config::Node* limit = reading.find("max_time"))
    settings->max_time = read_duration(reading.context, *limit, "max_time", kTimeRange);
  return settings;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  return {to_ask(probe.settings<Settings>().request, probe)};
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const auto& [ask, answer] = all[0];
  Judgement judgement;
  if (judgement.trouble(ask, answer)) return judgement;
  judgement.note({"http_status_code", static_cast<double>(answer.http()->status), ""});
  judge_http_version(settings.request, *answer.http(), judgement);
  settings.expectation.judge(probe, *answer.http(), judgement);
  if (settings.max_time) {
    judgement.require(answer.phases.done <= *settings.max_time, "time of the answer",
                      "at most " + format_duration(*settings.max_time), format_duration(answer.phases.done));
  }
  return judgement;
}

}  // namespace

const Kind kHttp{.form = {.name = "http", .keys = kKeys, .read = read},
                 .purpose = "one request is answered as expected",
                 .next = next,
                 .judge = judge};

}  // namespace assay::probes
