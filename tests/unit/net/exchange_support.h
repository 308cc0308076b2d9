// Feeds answers to an Http1Exchange in slices and takes down everything it says, so that runs can be
// compared.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http1_exchange.h"

namespace assay::net {

struct Heard {
  Http1Exchange::Progress progress = Http1Exchange::Progress::more;
  Outcome failure = Outcome::ok;
  std::string reason;
  bool reusable = false;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint64_t body_bytes = 0;

  bool operator==(const Heard&) const = default;
};

inline ResponseInterest everything() {
  ResponseInterest interest;
  interest.body = true;
  interest.all_headers = true;
  return interest;
}

struct Answer {
  std::string bytes;
  bool head = false;
  bool then_closed = false;
};

inline Heard conclude(Http1Exchange& exchange) {
  Heard heard;
  const ResponseView view = exchange.view();
  heard.failure = exchange.failure();
  heard.reason = exchange.reason();
  heard.status = view.status;
  heard.body = view.body;
  heard.body_bytes = view.body_bytes;
  for (const auto& field : view.headers) heard.headers.emplace_back(field.name, field.value);
  return heard;
}

// Cuts the answer at the given offsets (ascending), each slice in memory of its own, so that reading past it
// is noticed.
inline Heard hear(const Answer& answer, const std::vector<std::size_t>& cuts,
                  const ResponseInterest& interest, HeaderMemo& memo) {
  ScratchPool pool;
  Http1Exchange exchange(pool, memo);
  exchange.begin(&interest, answer.head);
  auto progress = Http1Exchange::Progress::more;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t end = i < cuts.size() ? cuts[i] : answer.bytes.size();
    const std::vector<char> slice(answer.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                  answer.bytes.begin() + static_cast<std::ptrdiff_t>(end));
    progress = exchange.receive({slice.data(), slice.size()});
    begin = end;
  }
  if (answer.then_closed && progress == Http1Exchange::Progress::more) progress = exchange.end_of_stream();
  Heard heard = conclude(exchange);
  heard.progress = progress;
  heard.reusable = exchange.reusable();
  return heard;
}

inline Heard hear(const Answer& answer, const std::vector<std::size_t>& cuts,
                  const ResponseInterest& interest) {
  HeaderMemo nothing_seen;
  return hear(answer, cuts, interest, nothing_seen);
}

inline Heard hear(const Answer& answer) { return hear(answer, {}, everything()); }

inline std::vector<std::size_t> every_byte(const Answer& answer) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < answer.bytes.size(); ++i) cuts.push_back(i);
  return cuts;
}

}  // namespace assay::net
