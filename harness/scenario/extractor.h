// Extractor: takes a value out of an answer into a variable of the virtual user. Immutable, made by
// scenario/compiler, shared by threads. JSON strings become bare text, other JSON values keep their exact
// text; null counts as missing, because a later request for "/invoices/null" would hide the fault.
#pragma once
#include <cstddef>
#include <string>
#include <variant>

#include "match/answer.h"
#include "match/json_text.h"
#include "match/text_template.h"

namespace assay::scenario {

struct HeaderSource {
  std::string name;  // lower case; the first header of that name
};

struct Extractor {
  std::variant<match::JsonPointer, HeaderSource> source;
  std::string variable;
  std::size_t slot = 0;
  std::string location;  // "gate.yaml:14:9"

  // False: the value is not there and the variable keeps what it held.
  bool extract(const match::Answer& answer, match::Value& into) const;
  std::string explain(const match::Answer& answer, const match::Context& context) const;
};

}  // namespace assay::scenario
