// What tests of kinds that speak HTTP ask of a question, and of the sentences about a gate file's mistakes.
#pragma once
#include <string>
#include <string_view>

#include "tests/unit/probes/kind_fixture.h"

namespace assay::probes {

inline const client::HttpAsk& request(const client::Ask& ask) { return std::get<client::HttpAsk>(ask.what); }

// "/a?b" of "http://host/a?b".
inline std::string path_of(const client::Ask& ask) {
  const std::string& url = request(ask).url;
  return url.substr(url.find('/', url.find("://") + 3));
}

// The value of a request's header; empty where there is none.
inline std::string sent(const client::Ask& ask, std::string_view name) {
  for (const client::Field& field : request(ask).headers)
    if (field.name == name) return field.value;
  return {};
}

inline World same_answer(int status, std::vector<client::Field> headers, std::string body = {}) {
  return [=](const client::Ask&) { return http_answer(status, headers, body); };
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether the gate file is refused with this sentence.
inline bool is_refused(std::string_view probe, std::string_view sentence,
                       std::string_view target = "https://shop.example") {
  const std::string errors = staged(probe, target).errors;
  INFO(errors);
  return contains(errors, sentence);
}

}  // namespace assay::probes
