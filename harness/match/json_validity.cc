#include <nlohmann/json.hpp>

#include <simdjson.h>

#include "match/json_text.h"

namespace assay::match {

// One parser a thread: its scratch grows to several times the largest answer, which no virtual user could
// afford. It holds no meaning between calls.
bool valid_json(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(text.data(), text.size(), true).error();
  // simdjson refuses integers beyond 64 bits, which are valid JSON; the slower parser has the last word on
  // numbers.
  if (error == simdjson::NUMBER_ERROR) return nlohmann::json::accept(text);
  return error == simdjson::SUCCESS;
}

}  // namespace assay::match
