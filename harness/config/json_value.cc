#include "config/json_value.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace assay::config {

JsonValue::JsonValue() : JsonValue(nlohmann::ordered_json()) {}
JsonValue::JsonValue(nlohmann::ordered_json value)
    : value_(std::make_shared<const nlohmann::ordered_json>(std::move(value))) {}

}  // namespace assay::config
