#include "probes/strict_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "match/json_text.h"

namespace assay::probes {
namespace {

// Stops at the first key that its object holds already.
class KeyWatch final : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& duplicate() const { return duplicate_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    seen_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (seen_.back().insert(name).second) return true;
    duplicate_ = fmt::format("the key \"{}\" twice", name);
    return false;
  }
  bool end_object() override {
    seen_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  std::vector<std::set<std::string>> seen_;
  std::string duplicate_;
};

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

std::string json_fault(const client::HttpAnswer& answer) {
  if (answer.body_bytes > answer.body.size())
    return fmt::format("more than the {} bytes that are looked at", answer.body.size());
  const std::string_view text = without_spaces(answer.body);
  if (text.empty()) return "nothing";
  if (text.front() == '<') return "HTML";
  if (!match::valid_json(answer.body)) {
    const bool begun = text.front() == '{' || text.front() == '[';
    return begun ? "broken or truncated JSON" : "text that is not JSON";
  }
  KeyWatch watch;
  nlohmann::json::sax_parse(answer.body, &watch);
  return watch.duplicate();
}

}  // namespace assay::probes
