// A JSON value as the gate file holds it, without dragging a JSON library into every header that includes
// gate_spec.h.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include <memory>

namespace assay::config {

// A value type around nlohmann::ordered_json; defined in json_value.cc. Immutable once built; copies share
// it.
class JsonValue {
 public:
  JsonValue();  // null
  explicit JsonValue(nlohmann::ordered_json value);
  const nlohmann::ordered_json& get() const { return *value_; }

 private:
  std::shared_ptr<const nlohmann::ordered_json> value_;
};

}  // namespace assay::config
