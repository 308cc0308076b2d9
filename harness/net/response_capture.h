// What has been learnt of the answer so far: its status, what the step asked to keep, and counts of the rest.
// Lives in the exchange, filled by ResponseSink; free of Beast, so that headers may show it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "model/response.h"
#include "net/header_memo.h"
#include "net/scratch_pool.h"

namespace assay::net {

// Header section of one message, all fields together; also the longest line that is waited for.
inline constexpr std::uint32_t kMaxHeaderBytes = 256 * 1024;

class ResponseCapture {
 public:
  explicit ResponseCapture(ScratchPool& pool) : pool_(pool) {}

  void begin(const ResponseInterest* wanted);  // a new exchange
  void begin_message();                        // its answer, or the next one after a 1xx
  bool wants_header(std::string_view name) const;
  void keep_header(std::string_view name, std::string_view value);
  void keep_body(std::string_view bytes);
  void adopt(const KnownHeader& known);  // instead of what a parser would report of these bytes
  void copy_to(KnownHeader& known) const;
  ResponseView view();

  ResponseScratch& scratch();  // borrowed from the pool when first needed
  bool has_scratch() const { return scratch_ != nullptr; }
  std::unique_ptr<ResponseScratch> release() { return std::move(scratch_); }
  ScratchPool& pool() const { return pool_; }
  const ResponseInterest* interest() const { return interest_; }  // null: nothing is kept

  std::uint64_t body_bytes = 0;
  std::uint32_t header_bytes = 0;
  int status = 0;
  bool in_header = true;  // false: fields that come now are trailers

 private:
  ScratchPool& pool_;
  const ResponseInterest* interest_ = nullptr;
  std::unique_ptr<ResponseScratch> scratch_;
};

}  // namespace assay::net
