// Memory for what is kept of an answer. An exchange borrows a scratch when it first has something to keep and
// gives it back at its end, so that memory grows with the answers that are under way and not with the
// connections, and a request reuses the capacity that an earlier one left. One pool per event loop, used on
// its thread only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/response.h"

namespace assay::net {

struct ResponseScratch {
  struct Field {
    std::uint32_t name_length = 0, value_length = 0;
  };

  std::string unparsed;     // received and held back: a header or chunk line that is not complete
  std::string header_text;  // names and values one after the other, as `kept` describes them
  std::vector<Field> kept;
  std::vector<HeaderField> headers;  // views into header_text, made when the answer is shown
  std::string body;

  void forget_answer();
  std::size_t footprint() const;  // bytes of heap
};

class ScratchPool {
 public:
  std::unique_ptr<ResponseScratch> take();
  void give_back(std::unique_ptr<ResponseScratch> scratch);  // null is ignored

 private:
  static constexpr std::size_t kMaxIdleBytes = 32 << 20;

  std::vector<std::unique_ptr<ResponseScratch>> idle_;
  std::size_t idle_bytes_ = 0;
};

}  // namespace assay::net
