#include "demo/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay::demo {
namespace {

constexpr std::uint64_t kPieceBytes = 64 << 10;
constexpr char kFiller = 'x';

std::string_view reason(unsigned status) {
  switch (status) {
    case 100:
      return "Continue";
    case 103:
      return "Early Hints";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

bool bodiless(unsigned status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

void Answer::clear() {
  status = 200;
  content_type = "text/plain";
  fields.clear();
  body.clear();
  filler_bytes = extra_bytes = 0;
  chunked = close = reset = false;
  interim_status = 0;
  drip = {};
  latency = Nanos{0};
  route = 0;
}

void AnswerStream::begin(const Answer& answer, bool head_only) {
  answer_ = &answer;
  head_only_ = head_only;
  head_sent_ = ended_ = false;
  body_sent_ = 0;
}

bool AnswerStream::sends_body() const { return !head_only_ && !bodiless(answer_->status); }

bool AnswerStream::next(std::string& out) {
  if (ended_) return false;
  out.clear();
  if (!head_sent_) append_head(out);
  head_sent_ = true;
  if (sends_body() && body_sent_ < answer_->body_bytes()) append_body(out);
  if (sends_body() && body_sent_ < answer_->body_bytes()) return true;
  append_end(out);
  ended_ = true;
  return true;
}

void AnswerStream::append_head(std::string& out) const {
  const auto line = std::back_inserter(out);
  if (answer_->interim_status != 0) {
    fmt::format_to(line, "HTTP/1.1 {} {}\r\n\r\n", answer_->interim_status, reason(answer_->interim_status));
  }
  fmt::format_to(line, "HTTP/1.1 {} {}\r\nServer: assay-demo\r\n", answer_->status, reason(answer_->status));
  out += answer_->fields;
  if (answer_->close) out += "Connection: close\r\n";
  if (!bodiless(answer_->status)) {
    fmt::format_to(line, "Content-Type: {}\r\n", answer_->content_type);
    if (answer_->chunked) {
      out += "Transfer-Encoding: chunked\r\n";
    } else {
      fmt::format_to(line, "Content-Length: {}\r\n", answer_->body_bytes());
    }
  }
  out += "\r\n";
}

void AnswerStream::append_body(std::string& out) {
  const std::uint64_t most = answer_->drip.bytes == 0 ? kPieceBytes : answer_->drip.bytes;
  const std::uint64_t length = std::min(most, answer_->body_bytes() - body_sent_);
  if (answer_->chunked) fmt::format_to(std::back_inserter(out), "{:x}\r\n", length);
  append_body_bytes(out, length);
  if (answer_->chunked) out += "\r\n";
  body_sent_ += length;
}

void AnswerStream::append_body_bytes(std::string& out, std::uint64_t length) {
  const std::string_view text = answer_->body;
  const std::string_view written = text.substr(std::min<std::uint64_t>(body_sent_, text.size()), length);
  out.append(written);
  out.append(length - written.size(), kFiller);
}

void AnswerStream::append_end(std::string& out) const {
  if (answer_->chunked && sends_body()) out += "0\r\n\r\n";
  out.append(answer_->extra_bytes, kFiller);
}

}  // namespace assay::demo
