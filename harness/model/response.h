// One answer, free of the protocol that carried it: what a step wants kept of it, and what was kept.
// net fills it, scenario reads it; neither knows the other.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// What must be kept of an answer. Everything else is counted and thrown away.
struct ResponseInterest {
  bool body = false;
  std::size_t body_limit = 1 << 20;  // bytes kept at most; the rest is counted
  bool all_headers = false;
  std::vector<std::string> headers;  // lower-case names

  bool nothing() const { return !body && !all_headers && headers.empty(); }
};

struct HeaderField {
  std::string_view name;  // as the server wrote it; compare without case
  std::string_view value;
};

// Valid only while the handler that receives it runs.
struct ResponseView {
  int status = 0;                        // 0: no status line was received
  std::span<const HeaderField> headers;  // only those asked for, in order of arrival
  std::string_view body;                 // empty unless asked for; at most body_limit bytes
  std::uint64_t body_bytes = 0;          // all body bytes received, kept or not

  bool body_truncated() const { return body_bytes > body.size(); }
};

}  // namespace assay
