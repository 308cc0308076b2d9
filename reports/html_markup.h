// Markup: text that is safe inside an HTML page, as a type. Everything that was measured, configured or
// answered enters a page through text() or as the value of an attribute, and both escape it; so nothing that
// a server, a gate file or a URL says can become markup. Pure functions over values.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/plain_text.h"

namespace assay::reports {

class Markup {
 public:
  Markup() = default;
  // Of what is part of this program: templates, style sheets, paths of numbers. Never of data.
  static Markup trusted(std::string text) { return Markup(std::move(text)); }

  Markup& operator+=(const Markup& more) {
    text_ += more.text_;
    return *this;
  }
  friend Markup operator+(Markup first, const Markup& second) { return std::move(first += second); }

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  explicit Markup(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

// plain_text(), with markup and quotes escaped.
Markup text(std::string_view untrusted);

struct Attribute {
  std::string_view name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

Markup element(std::string_view tag, const Attributes& attributes, const Markup& content = {});
Markup element(std::string_view tag, const Markup& content);

// JSON inside <script type="application/json">: no `<`, `>` or `&` is left that HTML could read.
Markup script_data(std::string_view json);

}  // namespace assay::reports
