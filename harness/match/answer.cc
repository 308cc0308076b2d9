#include "match/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "match/describe.h"

namespace assay::match {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool Answer::is_json() const {
  if (!is_json_) is_json_ = !response_.body_truncated() && valid_json(response_.body);
  return *is_json_;
}

std::string Answer::json_problem(const Context& context) const {
  if (is_json()) return {};
  if (response_.body_truncated()) return truncation_sentence(response_);
  if (response_.body.empty()) return "expected JSON, got an empty body";
  return fmt::format("expected JSON, got {}", quoted(response_.body, context.secrets));
}

Actual Answer::json(const JsonPointer& pointer) const {
  const auto value = pointer.find(response_.body);
  return value ? Actual::of_json(*value) : Actual::absent();
}

std::string truncation_sentence(const ResponseView& response) {
  return fmt::format("the body has {} bytes, and only the first {} were kept: too large to look into",
                     response.body_bytes, response.body.size());
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace assay::match
