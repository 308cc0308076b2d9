// A request in the protocol's bytes with slots for variables, cookies and the length of a templated body.
// Knows their order, not their syntax: scenario/http1_wire supplies every byte of it. Immutable once built;
// render() appends to the caller's string and allocates only when that has to grow.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "match/text_template.h"

namespace assay::scenario {

// On the wire: head, cookies (with prefix and suffix, only where there are some), length (with prefix and
// suffix, only where `body` is not static), tail, body.
struct RequestParts {
  match::TextTemplate head;
  std::string cookie_prefix, cookie_suffix;
  std::string length_prefix, length_suffix;
  std::string tail;
  match::TextTemplate body;
  std::size_t path_begin = 0;  // in head, where the path starts; it ends at the first of kPathEnds
};

class RequestTemplate {
 public:
  static constexpr std::string_view kPathEnds = "? ";

  RequestTemplate() = default;
  explicit RequestTemplate(RequestParts parts);

  bool is_static() const { return is_static_; }
  std::string_view bytes() const { return fixed_; }  // of a static template, without cookies

  // Where the rendered request's path lies; `rendered_head` is what render_head() wrote.
  std::string_view path(std::string_view rendered_head) const;

  // The two halves of a rendering: cookies are chosen by the path, which may hold variables.
  void render_head(std::span<const match::Value> values, std::string& out) const;
  void render_rest(std::span<const match::Value> values, std::string_view cookies, std::string& out) const;

 private:
  RequestParts parts_;
  std::string fixed_;
  bool is_static_ = true;
};

}  // namespace assay::scenario
