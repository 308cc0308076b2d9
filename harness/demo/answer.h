// What the site decided to answer, and its bytes. Answer is filled by Site and reused from request to
// request; AnswerStream turns it into the pieces that go out, so that a large body is never in memory as a
// whole. Neither knows a socket or a clock.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "demo/target_options.h"

namespace assay::demo {

struct Answer {
  unsigned status = 200;
  std::string_view content_type = "text/plain";  // static text, or text of the options
  std::string fields;                            // further header fields: "Name: value\r\n" each
  std::string body;
  std::uint64_t filler_bytes = 0;  // after `body`: so many bytes of filler
  bool chunked = false;
  bool close = false;
  bool reset = false;
  unsigned interim_status = 0;
  std::uint64_t extra_bytes = 0;
  Drip drip;
  Nanos latency{0};
  std::size_t route = 0;  // for Site::completed

  void clear();
  std::uint64_t body_bytes() const { return body.size() + filler_bytes; }
};

class AnswerStream {
 public:
  // `answer` must live until next() has returned false. HEAD wants the header only.
  void begin(const Answer& answer, bool head_only);

  // Fills `out` with the next piece; false when there is none. Between two pieces the caller waits for
  // pause().
  bool next(std::string& out);
  Nanos pause() const { return answer_->drip.interval; }
  bool ended() const { return ended_; }

 private:
  void append_head(std::string& out) const;
  void append_body(std::string& out);
  void append_end(std::string& out) const;
  void append_body_bytes(std::string& out, std::uint64_t length);
  bool sends_body() const;

  const Answer* answer_ = nullptr;
  bool head_only_ = false, head_sent_ = false, ended_ = false;
  std::uint64_t body_sent_ = 0;
};

}  // namespace assay::demo
