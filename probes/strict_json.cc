#include "probes/strict_json.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

#include "match/json_text.h"
#include "model/json_walk.h"

namespace assay::probes {
namespace {

// Stops at the first key that its object holds already.
class KeyWatch final : public JsonWalk {
 public:
  const std::string& duplicate() const { return duplicate_; }

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
