// Beast's incremental parser with a memory for exactly what the step asked for; everything else is counted
// and thrown away. Made anew in place for every message (basic_parser cannot be reset). Includes Beast: for
// net's own .cc files only.
#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/response_capture.h"

namespace assay::net {

namespace http = boost::beast::http;

class ResponseSink final : public http::basic_parser<false> {
 public:
  ResponseSink(ResponseCapture& capture, bool head);

  // After the header: what it says about the body. None: it ends with a last chunk, or with the connection.
  std::optional<std::uint64_t> body_length(bool head) const;

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;
  using Length = boost::optional<std::uint64_t>;

  void on_request_impl(http::verb, Text, Text, int, Error&) override {}
  void on_response_impl(int status, Text, int, Error& error) override;
  void on_field_impl(http::field, Text name, Text value, Error& error) override;
  void on_header_impl(Error&) override { capture_.in_header = false; }
  void on_body_init_impl(const Length&, Error&) override {}
  std::size_t on_body_impl(Text body, Error&) override { return keep_body(body); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error&) override { return keep_body(body); }
  void on_finish_impl(Error&) override {}

  std::size_t keep_body(Text body);

  ResponseCapture& capture_;
};

}  // namespace assay::net
