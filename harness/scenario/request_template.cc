#include "scenario/request_template.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace assay::scenario {

RequestTemplate::RequestTemplate(RequestParts parts)
    : parts_(std::move(parts)), is_static_(parts_.head.is_static() && parts_.body.is_static()) {
  if (is_static_) fixed_ = parts_.head.literal() + parts_.tail + parts_.body.literal();
}

std::string_view RequestTemplate::path(std::string_view rendered_head) const {
  const std::string_view rest = rendered_head.substr(std::min(parts_.path_begin, rendered_head.size()));
  return rest.substr(0, rest.find_first_of(kPathEnds));
}

void RequestTemplate::render_head(std::span<const match::Value> values, std::string& out) const {
  parts_.head.render(values, out);
}

void RequestTemplate::render_rest(std::span<const match::Value> values, std::string_view cookies,
                                  std::string& out) const {
  if (!cookies.empty()) out.append(parts_.cookie_prefix).append(cookies).append(parts_.cookie_suffix);
  if (parts_.body.is_static()) {
    out.append(parts_.tail).append(parts_.body.literal());
    return;
  }
  // The length stands before the body and is known after it: the digits are pushed in between.
  const std::size_t length_at = out.append(parts_.length_prefix).size();
  const std::size_t body_at = out.append(parts_.length_suffix).append(parts_.tail).size();
  parts_.body.render(values, out);
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), out.size() - body_at).ptr;
  out.insert(length_at, digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace assay::scenario
