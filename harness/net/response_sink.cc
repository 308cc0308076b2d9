#include "net/response_sink.h"

namespace assay::net {

ResponseSink::ResponseSink(ResponseCapture& capture, bool head) : capture_(capture) {
  eager(true);
  // Beast's own limits (8 MiB of body, 8 KiB of header) are for servers. A body is counted, not stored, so it
  // has none.
  body_limit(boost::none);
  header_limit(kMaxHeaderBytes);
  if (head) skip(true);
}

std::optional<std::uint64_t> ResponseSink::body_length(bool head) const {
  constexpr int kNoContent = 204, kNotModified = 304;
  if (head || capture_.status == kNoContent || capture_.status == kNotModified) return 0;
  if (const auto length = content_length()) return *length;
  return std::nullopt;
}

void ResponseSink::on_response_impl(int status, Text, int, Error& error) {
  if (status < 100) error = http::error::bad_status;
  capture_.status = status;
}

void ResponseSink::on_field_impl(http::field, Text name, Text value, Error& error) {
  // Beast applies its limit to what is not yet parsed, so fields without end would pass.
  capture_.header_bytes += static_cast<std::uint32_t>(name.size() + value.size() + 4);
  if (capture_.header_bytes > kMaxHeaderBytes) {
    error = http::error::header_limit;
    return;
  }
  const std::string_view field{name.data(), name.size()};
  if (capture_.wants_header(field)) capture_.keep_header(field, {value.data(), value.size()});
}

std::size_t ResponseSink::keep_body(Text body) {
  capture_.keep_body({body.data(), body.size()});
  return body.size();
}

}  // namespace assay::net
