// A place in a JSON document that is being read, with its way from the root, so that an error can name it.
// Private to model.
//
// Reading never throws: the first error is kept, every later read does nothing, and whoever began asks for
// the error at the end. A node must not outlive the node that it was reached from.
#pragma once
#include <simdjson.h>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"

namespace assay {

// A text that was parsed; nodes refer to it.
class JsonDocument {
 public:
  // The error says what is wrong with the text, and where: "not valid JSON at byte 6 of 9", "not valid JSON:
  // it ends too early, after 5 bytes".
  static Expected<JsonDocument, std::string> parse(std::string_view text);

  simdjson::dom::element root() const { return root_; }

 private:
  JsonDocument(std::unique_ptr<simdjson::dom::parser> parser, simdjson::dom::element root)
      : parser_(std::move(parser)), root_(root) {}

  std::unique_ptr<simdjson::dom::parser> parser_;  // owns what root_ refers to
  simdjson::dom::element root_;
};

class JsonNode {
 public:
  using Element = simdjson::dom::element;

  JsonNode(const JsonDocument& document, std::string_view name, std::optional<std::string>& error)
      : json_(document.root()), name_(name), error_(&error) {}

  bool has(std::string_view key) const;     // present and not null
  JsonNode at(std::string_view key) const;  // an error where it is missing
  JsonNode item(std::size_t index) const;
  std::size_t size() const;  // of an array; an error where it is none
  bool is_null() const;
  std::vector<std::string> keys() const;  // of an object; an error where it is none

  void read(std::string& into) const;
  void read(std::string_view& into) const;  // lives as long as the document
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
  JsonNode(const JsonNode& parent, std::optional<Element> json, std::string_view name, std::size_t index)
      : json_(json), parent_(&parent), name_(name), index_(index), error_(parent.error_) {}

  const std::vector<Element>& items() const;

  std::int64_t signed_between(std::int64_t least, std::int64_t most) const;
  std::uint64_t unsigned_up_to(std::uint64_t most) const;
  void expected(std::string_view what) const;
  std::string path() const;

  std::optional<Element> json_;  // absent after an error
  // Of an array, in order: the document itself can only be walked. Filled when it is first asked for.
  mutable std::vector<Element> items_;
  const JsonNode* parent_ = nullptr;
  std::string_view name_;  // empty: the item `index_` of an array
  std::size_t index_ = 0;
  std::optional<std::string>* error_;
};

}  // namespace assay
