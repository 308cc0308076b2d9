// A place in a JSON document that is being read, with its way from the root, so that an error can name it.
// Private to model.
//
// Reading never throws: the first error is kept, every later read does nothing, and whoever began asks for
// the error at the end. A node must not outlive the node that it was reached from.
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace assay {

class JsonNode {
 public:
  using Json = nlohmann::ordered_json;

  JsonNode(const Json& root, std::string_view name, std::optional<std::string>& error)
      : json_(&root), name_(name), error_(&error) {}

  bool has(std::string_view key) const;     // present and not null
  JsonNode at(std::string_view key) const;  // an error where it is missing
  JsonNode item(std::size_t index) const;
  std::size_t size() const;  // of an array; an error where it is none
  bool is_null() const;
  std::vector<std::string> keys() const;  // of an object; an error where it is none

  void read(std::string& into) const;
  void read(bool& into) const;
  void read(double& into) const;
  void read(Nanos& into) const;
  void read(std::vector<std::string>& into) const;
  void read(std::map<std::string, std::string>& into) const;

  template <std::integral T>
  void read(T& into) const {
    if constexpr (std::is_signed_v<T>) {
      into = static_cast<T>(signed_between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    } else {
      into = static_cast<T>(unsigned_up_to(std::numeric_limits<T>::max()));
    }
  }

  // An enumerator by its name; `from` returns nothing for a name that it does not know.
  template <class Enum>
  void read_name(Enum& into, std::optional<Enum> (*from)(std::string_view)) const {
    std::string text;
    read(text);
    const std::optional<Enum> value = from(text);
    if (value) into = *value;
    if (!value) fail("`" + text + "` is not known here");
  }

  template <class T>
  void read(std::string_view key, T& into) const {
    at(key).read(into);
  }

  template <class T>
  void read(std::string_view key, std::optional<T>& into) const {
    if (has(key)) at(key).read(into.emplace());
  }

  void fail(const std::string& what) const;
  bool failed() const { return error_->has_value(); }

 private:
  JsonNode(const JsonNode& parent, const Json* json, std::string_view name, std::size_t index)
      : json_(json), parent_(&parent), name_(name), index_(index), error_(parent.error_) {}

  std::int64_t signed_between(std::int64_t least, std::int64_t most) const;
  std::uint64_t unsigned_up_to(std::uint64_t most) const;
  void expected(std::string_view what) const;
  std::string path() const;

  const Json* json_;  // null after an error
  const JsonNode* parent_ = nullptr;
  std::string_view name_;  // empty: the item `index_` of an array
  std::size_t index_ = 0;
  std::optional<std::string>* error_;
};

}  // namespace assay
