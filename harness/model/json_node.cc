#include "model/json_node.h"

#include "model/json_walk.h"

namespace assay {
namespace {

// The slower parser finds the place of a mistake; it keeps nothing of the document.
class MistakeFinder final : public JsonWalk {
 public:
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    constexpr int kOutOfRange = 406;
    if (error.id != kOutOfRange) byte_ = position;
    return false;
  }

  std::optional<std::size_t> byte() const { return byte_; }

 private:
  std::optional<std::size_t> byte_;
};

std::string mistake_in(std::string_view text) {
  MistakeFinder finder;
  nlohmann::json::sax_parse(text.begin(), text.end(), &finder);
  if (!finder.byte()) return "not valid JSON: a number is out of range";
  if (text.empty()) return "it is empty";
  if (*finder.byte() > text.size())
    return "not valid JSON: it ends too early, after " + std::to_string(text.size()) + " bytes";
  return "not valid JSON at byte " + std::to_string(*finder.byte()) + " of " + std::to_string(text.size());
}

}  // namespace

Expected<JsonDocument, std::string> JsonDocument::parse(std::string_view text) {
  auto parser = std::make_unique<simdjson::dom::parser>();
  simdjson::dom::element root;
  if (parser->parse(text.data(), text.size()).get(root) != simdjson::SUCCESS)
    return Unexpected<std::string>(mistake_in(text));
  return JsonDocument(std::move(parser), root);
}

bool JsonNode::has(std::string_view key) const {
  simdjson::dom::element found;
  return json_ && json_->is_object() && json_->at_key(key).get(found) == simdjson::SUCCESS &&
         !found.is_null();
}

JsonNode JsonNode::at(std::string_view key) const {
  if (!json_) return {*this, std::nullopt, key, 0};
  if (!json_->is_object()) {
    expected("an object");
    return {*this, std::nullopt, key, 0};
  }
  simdjson::dom::element found;
  const bool there = json_->at_key(key).get(found) == simdjson::SUCCESS;
  JsonNode child(*this, there ? std::optional(found) : std::nullopt, key, 0);
  if (!there) child.fail("missing");
  return child;
}

const std::vector<JsonNode::Element>& JsonNode::items() const {
  simdjson::dom::array array;
  if (items_.empty() && json_ && json_->get_array().get(array) == simdjson::SUCCESS)
    for (const Element item : array) items_.push_back(item);
  return items_;
}

JsonNode JsonNode::item(std::size_t index) const {
  const bool there = index < items().size();
  JsonNode child(*this, there ? std::optional(items()[index]) : std::nullopt, {}, index);
  if (json_ && !there) child.fail("missing");
  return child;
}

std::size_t JsonNode::size() const {
  if (!json_) return 0;
  if (json_->is_array()) return items().size();
  expected("an array");
  return 0;
}

bool JsonNode::is_null() const { return !json_ || json_->is_null(); }

std::vector<std::string> JsonNode::keys() const {
  std::vector<std::string> keys;
  if (!json_) return keys;
  simdjson::dom::object object;
  if (json_->get_object().get(object) != simdjson::SUCCESS) {
    expected("an object");
    return keys;
  }
  for (const auto field : object) keys.emplace_back(field.key);
  return keys;
}

void JsonNode::read(std::string_view& into) const {
  if (json_ && json_->get_string().get(into) != simdjson::SUCCESS) expected("a string");
}

void JsonNode::read(std::string& into) const {
  std::string_view text = into;
  read(text);
  into = std::string(text);
}

void JsonNode::read(bool& into) const {
  if (json_ && json_->get_bool().get(into) != simdjson::SUCCESS) expected("true or false");
}

void JsonNode::read(double& into) const {
  if (json_ && json_->get_double().get(into) != simdjson::SUCCESS) expected("a number");
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
  if (!json_) return 0;
  std::int64_t value = 0;
  const bool whole = json_->get_int64().get(value) == simdjson::SUCCESS;
  if (whole && value >= least && value <= most) return value;
  expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return 0;
}

std::uint64_t JsonNode::unsigned_up_to(std::uint64_t most) const {
  if (!json_) return 0;
  std::uint64_t value = 0;
  if (json_->get_uint64().get(value) == simdjson::SUCCESS && value <= most) return value;
  expected("a whole number from 0 to " + std::to_string(most));
  return 0;
}

void JsonNode::expected(std::string_view what) const {
  std::string found = json_->is_array() ? "array" : json_->is_object() ? "object" : simdjson::minify(*json_);
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
