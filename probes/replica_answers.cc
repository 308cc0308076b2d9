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

Read<std::uint64_t> whole(std::string_view text, std::string_view where) {
  const std::optional<double> number = match::number_from(text);
  if (!number || !std::isfinite(*number))
    return because(fmt::format("{} is {}, which is no number", where, text));
  if (*number < 0 || *number > kMostCounted || std::floor(*number) != *number)
    return because(fmt::format("{} is {}, which counts nothing", where, text));
  return static_cast<std::uint64_t>(*number);
}

// The second half of [time, "3"].
Read<std::uint64_t> sample_value(std::string_view sample) {
  const auto value = at(sample, "/1");
  if (!value || match::json_type(*value) != JsonType::string) return because("the result has no value");
  std::string text;
  match::decode_json_string(*value, text);
  if (text == "NaN") return because("the value is NaN: there was nothing to compute it from");
  return whole(text, "the value");
}

Read<std::uint64_t> vector_value(std::string_view result) {
  if (match::json_type(result) != JsonType::array) return because("the result is no list");
  const auto series = match::json_elements(result);
  if (series.empty()) return because("the query found no series: nothing of that name is there now");
  if (series.size() > 1)
    return because(
        fmt::format("the query found {} series, not one number: use count() or sum()", series.size()));
  const auto sample = at(series[0], "/value");
  return sample ? sample_value(*sample) : because("the result has no value");
}

// Absent counts as `otherwise`: Kubernetes leaves out what is zero.
Read<std::uint64_t> number_at(std::string_view json, std::string_view pointer, std::uint64_t otherwise) {
  const auto value = at(json, pointer);
  if (!value || match::json_type(*value) == JsonType::null) return otherwise;
  if (match::json_type(*value) != JsonType::integer) return because(fmt::format("{} is {}", pointer, *value));
  return whole(*value, pointer);
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
  if (const std::string fault = json_fault(answer); !fault.empty())
    return because(fmt::format("status {} with {} instead of JSON", answer.status, fault));
  if (text_at(answer.body, "/status") != "success" || answer.status != 200)
    return because(fmt::format("status {}, {}: {}", answer.status, text_at(answer.body, "/errorType"),
                               text_at(answer.body, "/error")));
  const std::string type = text_at(answer.body, "/data/resultType");
  const auto result = at(answer.body, "/data/result");
  if (result && type == "vector") return vector_value(*result);
  if (result && type == "scalar") return sample_value(*result);
  return because(type.empty() ? std::string("this is no answer of Prometheus")
                              : "the result is a " + type + ", not one number");
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
