// The receiving half of one HTTP/1.1 exchange: bytes in, a ResponseView out. Knows no socket and no clock, so
// that it is tested and fuzzed with byte slices. Reads past 1xx answers; bytes after the end of the answer
// are an error, they never become the start of another one. Reused for one exchange after the other; one
// thread.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/outcome.h"
#include "model/response.h"
#include "net/header_memo.h"
#include "net/response_capture.h"

namespace assay::net {

class ResponseSink;

class Http1Exchange {
 public:
  enum class Progress : std::uint8_t {
    more,    // the answer is not complete yet
    done,    // complete and valid
    failed,  // failure() and reason() say why
  };

  // `memo` is shared by the exchanges of one arm and outlives them, as does `pool`.
  Http1Exchange(ScratchPool& pool, HeaderMemo& memo) : capture_(pool), memo_(memo) {}
  ~Http1Exchange() { drop_sink(); }
  Http1Exchange(const Http1Exchange&) = delete;
  Http1Exchange& operator=(const Http1Exchange&) = delete;

  // `head`: the answer has no body whatever its header says. `interest` may be null and must outlive the
  // exchange.
  void begin(const ResponseInterest* interest, bool head);
  // Also after `done`: bytes that follow the end of the answer make it `failed`.
  Progress receive(std::string_view bytes);
  Progress end_of_stream();

  bool any_received() const { return any_received_; }
  bool reusable();          // after `done`: the connection may carry another exchange
  Outcome failure() const;  // after `failed`: protocol or closed_early
  std::string reason() const;

  ResponseView view() { return capture_.view(); }
  // What the views point into; to be given back to the pool when they are no longer needed.
  std::unique_ptr<ResponseScratch> release() { return capture_.release(); }
  ScratchPool& pool() const { return capture_.pool(); }

 private:
  enum class Fault : std::uint8_t {
    none,
    invalid,
    not_http,
    switched_protocols,
    endless_line,
    excess_bytes,
    closed,
  };

  static constexpr std::size_t kSinkBytes =
      112;  // room for a ResponseSink, so that Beast stays out of this header

  ResponseSink& sink();
  void drop_sink();
  std::size_t parse(std::string_view bytes);
  void message_complete();
  void adopt(const KnownHeader& known, std::string_view bytes);
  void note_header(std::string_view bytes);
  void take_known_body(std::string_view bytes);
  std::string_view unparsed();
  bool worth_parsing(std::string_view held, std::size_t seen);
  void accept(std::string_view bytes, bool held);
  void restart_message();
  Progress fail(Fault fault);

  HeaderMemo::Question question() const { return {capture_.interest(), head_}; }

  ResponseCapture capture_;
  HeaderMemo& memo_;
  std::uint64_t known_body_left_ = 0;
  alignas(std::uint64_t) std::array<std::byte, kSinkBytes> sink_storage_;
  bool has_sink_ = false, head_ = false, any_received_ = false;
  bool interim_seen_ = false;
  bool header_known_ = false;  // from the memo: the answer is not shown to the parser
  Progress progress_ = Progress::more;
  Fault fault_ = Fault::none;
  int parser_error_ = 0;  // Beast's, where fault_ is invalid
};

}  // namespace assay::net
