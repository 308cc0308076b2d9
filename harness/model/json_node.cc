#include "model/json_node.h"

#include <nlohmann/json.hpp>

namespace assay {

bool JsonNode::has(std::string_view key) const {
  if (json_ == nullptr || !json_->is_object()) return false;
  const auto found = json_->find(key);
  return found != json_->end() && !found->is_null();
}

JsonNode JsonNode::at(std::string_view key) const {
  if (json_ == nullptr) return {*this, nullptr, key, 0};
  if (!json_->is_object()) {
    expected("an object");
    return {*this, nullptr, key, 0};
  }
  const auto found = json_->find(key);
  const JsonNode child(*this, found == json_->end() ? nullptr : &*found, key, 0);
  if (child.json_ == nullptr) child.fail("missing");
  return child;
}

JsonNode JsonNode::item(std::size_t index) const {
  const bool there = json_ != nullptr && json_->is_array() && index < json_->size();
  const JsonNode child(*this, there ? &(*json_)[index] : nullptr, {}, index);
  if (json_ != nullptr && !there) child.fail("missing");
  return child;
}

std::size_t JsonNode::size() const {
  if (json_ == nullptr) return 0;
  if (json_->is_array()) return json_->size();
  expected("an array");
  return 0;
}

bool JsonNode::is_null() const { return json_ == nullptr || json_->is_null(); }

std::vector<std::string> JsonNode::keys() const {
  std::vector<std::string> keys;
  if (json_ == nullptr) return keys;
  if (!json_->is_object()) expected("an object");
  if (!json_->is_object()) return keys;
  for (const auto& [key, value] : json_->items()) keys.push_back(key);
  return keys;
}

void JsonNode::read(std::string& into) const {
  if (json_ == nullptr) return;
  if (!json_->is_string()) return expected("a string");
  into = json_->get_ref<const std::string&>();
}

void JsonNode::read(bool& into) const {
  if (json_ == nullptr) return;
  if (!json_->is_boolean()) return expected("true or false");
  into = json_->get<bool>();
}

void JsonNode::read(double& into) const {
  if (json_ == nullptr) return;
  if (!json_->is_number()) return expected("a number");
  into = json_->get<double>();
}

void JsonNode::read(Nanos& into) const {
  std::int64_t count = 0;
  read(count);
  into = Nanos{count};
}

void JsonNode::read(std::vector<std::string>& into) const {
  into.resize(size());
  for (std::size_t i = 0; i < into.size(); ++i) item(i).read(into[i]);
}

void JsonNode::read(std::map<std::string, std::string>& into) const {
  for (const std::string& key : keys()) at(key).read(into[key]);
}

std::int64_t JsonNode::signed_between(std::int64_t least, std::int64_t most) const {
  if (json_ == nullptr) return 0;
  const bool fits =
      json_->is_number_integer() &&
      (!json_->is_number_unsigned() || json_->get<std::uint64_t>() <= static_cast<std::uint64_t>(most));
  if (fits && json_->get<std::int64_t>() >= least && json_->get<std::int64_t>() <= most)
    return json_->get<std::int64_t>();
  expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return 0;
}

std::uint64_t JsonNode::unsigned_up_to(std::uint64_t most) const {
  if (json_ == nullptr) return 0;
  if (json_->is_number_unsigned() && json_->get<std::uint64_t>() <= most) return json_->get<std::uint64_t>();
  expected("a whole number from 0 to " + std::to_string(most));
  return 0;
}

void JsonNode::expected(std::string_view what) const {
  std::string found = json_->is_structured() ? json_->type_name()
                                             : json_->dump(-1, ' ', false, Json::error_handler_t::replace);
  if (found.size() > 40) found = found.substr(0, 40) + "…";
  fail("expected " + std::string(what) + ", found " + found);
}

void JsonNode::fail(const std::string& what) const {
  if (error_->has_value()) return;
  const std::string place = path();
  *error_ = (place.empty() ? "the document" : place) + ": " + what;
}

std::string JsonNode::path() const {
  if (parent_ == nullptr) return std::string(name_);
  if (name_.empty()) return parent_->path() + "[" + std::to_string(index_) + "]";
  const std::string parent = parent_->path();
  return parent.empty() ? std::string(name_) : parent + "." + std::string(name_);
}

}  // namespace assay
