#include "net/http1_exchange.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "net/response_sink.h"

namespace assay::net {
namespace {

constexpr std::string_view kVersionPrefix = "HTTP/1.";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr int kSwitchingProtocols = 101;

bool could_be_http(std::string_view start) {
  const auto length = std::min(start.size(), kVersionPrefix.size());
  return start.substr(0, length) == kVersionPrefix.substr(0, length);
}

// Beast asserts (in debug builds) that after the line of the last chunk alone it is not shown a single byte
// more. No message ends there, so it can wait.
bool last_chunk_begun(std::string_view bytes) { return bytes.size() == 4 && bytes.starts_with("0\r\n"); }

}  // namespace

// Made when the first bytes of a message have to be parsed.
ResponseSink& Http1Exchange::sink() {
  static_assert(sizeof(ResponseSink) <= kSinkBytes && alignof(ResponseSink) <= alignof(std::uint64_t));
  if (!has_sink_) new (sink_storage_.data()) ResponseSink(capture_, head_);
  has_sink_ = true;
  return *std::launder(reinterpret_cast<ResponseSink*>(sink_storage_.data()));
}

void Http1Exchange::begin(const ResponseInterest* interest, bool head) {
  head_ = head;
  any_received_ = header_known_ = interim_seen_ = false;
  progress_ = Progress::more;
  fault_ = Fault::none;
  parser_error_ = 0;
  capture_.begin(interest);
  drop_sink();
}

void Http1Exchange::drop_sink() {
  if (!has_sink_) return;
  sink().~ResponseSink();
  has_sink_ = false;
}

Http1Exchange::Progress Http1Exchange::receive(std::string_view bytes) {
  if (bytes.empty() || progress_ == Progress::failed) return progress_;
  const bool first = !std::exchange(any_received_, true);
  if (const KnownHeader* known = first ? memo_.find(question(), bytes) : nullptr) {
    adopt(*known, bytes);
  } else if (header_known_) {
    take_known_body(bytes);
  } else if (unparsed().empty()) {
    accept(bytes, false);
    if (first) note_header(bytes);
  } else {
    std::string& held = capture_.scratch().unparsed;
    const std::size_t seen = held.size();
    held.append(bytes);
    if (worth_parsing(held, seen)) accept(held, true);
    if (progress_ == Progress::more && held.size() > kMaxHeaderBytes) fail(Fault::endless_line);
  }
  return progress_;
}

void Http1Exchange::adopt(const KnownHeader& known, std::string_view bytes) {
  header_known_ = true;
  known_body_left_ = known.body_length;
  capture_.adopt(known);
  take_known_body(bytes.substr(known.bytes.size()));
}

void Http1Exchange::take_known_body(std::string_view bytes) {
  const std::string_view body = bytes.substr(0, std::min<std::uint64_t>(known_body_left_, bytes.size()));
  if (!body.empty()) capture_.keep_body(body);
  known_body_left_ -= body.size();
  if (known_body_left_ == 0) progress_ = Progress::done;
  if (body.size() < bytes.size()) fail(Fault::excess_bytes);
}

// `bytes` were the first of an answer, and the parser has seen them.
void Http1Exchange::note_header(std::string_view bytes) {
  if (progress_ == Progress::failed || capture_.in_header || interim_seen_ || !sink().keep_alive()) return;
  const std::optional<std::uint64_t> body_length = sink().body_length(head_);
  KnownHeader* const known = body_length ? memo_.room_for(question()) : nullptr;
  if (known == nullptr) return;
  known->bytes.assign(bytes.substr(0, bytes.find(kHeaderEnd) + kHeaderEnd.size()));
  known->body_length = *body_length;
  capture_.copy_to(*known);
}

// `held`: the bytes are those that are held back; otherwise what is not used up is now.
void Http1Exchange::accept(std::string_view bytes, bool held) {
  if (held && capture_.in_header) restart_message();
  const std::size_t used = parse(bytes);
  const std::string_view rest = bytes.substr(used);
  if (progress_ == Progress::done && !rest.empty()) fail(Fault::excess_bytes);
  if (progress_ != Progress::more) return;
  if (held) {
    capture_.scratch().unparsed.erase(0, used);
  } else if (!rest.empty()) {
    capture_.scratch().unparsed.assign(rest);
  }
}

// Bytes are held back until the parser can go on with them: a header until its end, so that the result does
// not depend on how it was sliced (the parser would miss a wrong line in one slicing and find it in another).
bool Http1Exchange::worth_parsing(std::string_view held, std::size_t seen) {
  if (!capture_.in_header) return !last_chunk_begun(held);
  if (!could_be_http(held)) fail(Fault::not_http);
  return progress_ == Progress::more &&
         held.find(kHeaderEnd, seen - std::min<std::size_t>(seen, 3)) != held.npos;
}

std::string_view Http1Exchange::unparsed() {
  return capture_.has_scratch() ? std::string_view(capture_.scratch().unparsed) : std::string_view{};
}

void Http1Exchange::restart_message() {
  capture_.begin_message();
  drop_sink();
}

// Returns how many bytes it has finished with; a header that is not complete is not used up at all.
std::size_t Http1Exchange::parse(std::string_view bytes) {
  std::size_t used = 0, message_begin = 0;
  while (used < bytes.size() && progress_ == Progress::more) {
    boost::beast::error_code error;
    used += sink().put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    if (sink().is_done()) {
      message_complete();
      message_begin = used;
    } else if (capture_.status == 0 && !could_be_http(bytes.substr(message_begin))) {
      fail(Fault::not_http);
    } else if (error && error != http::error::need_more) {
      parser_error_ = error.value();
      fail(Fault::invalid);
    } else {
      return capture_.in_header ? message_begin : used;
    }
  }
  return used;
}

void Http1Exchange::message_complete() {
  if (capture_.status == kSwitchingProtocols) {
    fail(Fault::switched_protocols);
  } else if (capture_.status / 100 == 1) {
    interim_seen_ = true;
    restart_message();
  } else {
    progress_ = Progress::done;
  }
}

Http1Exchange::Progress Http1Exchange::end_of_stream() {
  if (progress_ != Progress::more) return progress_;
  if (capture_.in_header && !unparsed().empty()) accept(capture_.scratch().unparsed, true);
  if (progress_ != Progress::more) return progress_;
  boost::beast::error_code error = http::error::partial_message;
  if (!header_known_ && sink().got_some()) sink().put_eof(error);
  if (error) return fail(Fault::closed);
  message_complete();
  return progress_;
}

bool Http1Exchange::reusable() {
  return progress_ == Progress::done && (header_known_ || sink().keep_alive());
}

Http1Exchange::Progress Http1Exchange::fail(Fault fault) {
  fault_ = fault;
  return progress_ = Progress::failed;
}

Outcome Http1Exchange::failure() const {
  if (fault_ == Fault::none) return Outcome::ok;
  return fault_ == Fault::closed ? Outcome::closed_early : Outcome::protocol;
}

std::string Http1Exchange::reason() const {
  switch (fault_) {
    case Fault::none:
      return {};
    case Fault::invalid:
      return http::make_error_code(static_cast<http::error>(parser_error_)).message();
    case Fault::not_http:
      return "not an HTTP/1.1 answer";
    case Fault::switched_protocols:
      return "the server switched protocols (status 101) without being asked to";
    case Fault::endless_line:
      return "a header or chunk line without end";
    case Fault::excess_bytes:
      return "bytes after the end of the answer";
    case Fault::closed:
      break;
  }
  if (!any_received_) return "connection closed before the answer began";
  if (capture_.in_header) return "connection closed inside the header of the answer";
  return "connection closed after " + std::to_string(capture_.body_bytes) + " bytes of the body";
}

}  // namespace assay::net
