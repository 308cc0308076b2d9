#include "probes/replica_answers.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>

#include "match/json_text.h"
#include "probes/strict_json.h"

namespace assay::probes {
namespace {

using match::JsonPointer;
using match::JsonType;

constexpr double kMostCounted = 1e9;

Unexpected<std::string> because(std::string reason) { return Unexpected<std::string>(std::move(reason)); }

std::optional<std::string_view> at(std::string_view json, std::string_view pointer) {
  return JsonPointer::parse(pointer)->find(json);
}

std::string text_at(std::string_view json, std::string_view pointer) {
  const auto value = at(json, pointer);
  std::string text;
  if (value && match::json_type(*value) == JsonType::string) match::decode_json_string(*value, text);
  return text;
}

Read<std::uint64_t> counted(double number, std::string_view where) {
  if (!(number >= 0) || number > kMostCounted || std::floor(number) != number)
    return because(fmt::format("{} is {}, which counts nothing", where, number));
  return static_cast<std::uint64_t>(number);
}

// Absent counts as `otherwise`: Kubernetes leaves out what is zero.
Read<std::uint64_t> number_at(std::string_view json, std::string_view pointer, std::uint64_t otherwise) {
  const auto value = at(json, pointer);
  if (!value || match::json_type(*value) == JsonType::null) return otherwise;
  if (match::json_type(*value) != JsonType::integer) return because(fmt::format("{} is {}", pointer, *value));
  return counted(match::number_from(*value).value_or(-1), pointer);
}

std::string refusal(const client::HttpAnswer& answer) {
  const std::string message = json_fault(answer).empty() ? text_at(answer.body, "/message") : "";
  const std::string reason = answer.status == 401   ? ", so the token is not accepted"
                             : answer.status == 403 ? ", so the token may not read this"
                             : answer.status == 404 ? ", so there is no such deployment"
                                                    : "";
  return fmt::format("status {}{}{}{}", answer.status, reason, message.empty() ? "" : ": ", message);
}

}  // namespace

Read<std::uint64_t> prometheus_count(const client::HttpAnswer& answer) {
  const Read<PromResult> found = read_query(answer);
  if (!found) return because(found.error());
  if (found->is_range) return because("the result is a range of time, not one number");
  const std::vector<PromSeries>& series = found->series;
  if (series.empty()) return because("the query found no series: nothing of that name is there now");
  if (series.size() > 1)
    return because(
        fmt::format("the query found {} series, not one number: use count() or sum()", series.size()));
  const double value = series[0].points.at(0).value;
  if (std::isnan(value)) return because("the value is NaN: there was nothing to compute it from");
  return counted(value, "the value");
}

Read<DeploymentCount> deployment_count(const client::HttpAnswer& answer) {
  if (answer.status != 200) return because(refusal(answer));
  if (const std::string fault = json_fault(answer); !fault.empty())
    return because(fault + " instead of JSON");
  if (text_at(answer.body, "/kind") != "Deployment") return because("this is no Deployment");
  const auto wanted = number_at(answer.body, "/spec/replicas", 1);
  const auto ready = number_at(answer.body, "/status/readyReplicas", 0);
  const auto generation = number_at(answer.body, "/metadata/generation", 0);
  const auto observed = number_at(answer.body, "/status/observedGeneration", 0);
  for (const auto* number : {&wanted, &ready, &generation, &observed})
    if (!*number) return because(number->error());
  if (*observed < *generation)
    return because(
        fmt::format("its status is of generation {}, and generation {} is wanted by now: the "
                    "controller has not seen it",
                    *observed, *generation));
  return DeploymentCount{*ready, *wanted};
}

}  // namespace assay::probes
