// Remembers the header sections that were parsed last. Most answers to a step begin with the very bytes that
// the one before began with (a date changes once a second), and a parser that is given the same bytes comes
// to the same result: it is taken from here instead. What differs from answer to answer is found out by one
// comparison and soon not remembered any more. One per worker and arm; one thread.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/response.h"
#include "net/scratch_pool.h"

namespace assay::net {

// What the parser made of a final (not 1xx) header section after which the connection stays open and the
// length of the body is known.
struct KnownHeader {
  std::string bytes;  // from the status line to the empty line
  int status = 0;
  std::uint32_t header_bytes = 0;  // as ResponseCapture counts them
  std::uint64_t body_length = 0;
  std::string kept_text;  // as in ResponseScratch
  std::vector<ResponseScratch::Field> kept;
};

class HeaderMemo {
 public:
  // What, beside the bytes, decides about the result. `interest` may be null and must outlive the memo.
  struct Question {
    const ResponseInterest* interest = nullptr;
    bool head = false;
    bool operator==(const Question&) const = default;
  };

  // Null when `received` does not begin with the header remembered for this question.
  const KnownHeader* find(const Question& question, std::string_view received);

  // To be asked after find() came back empty: where to note the result, or null when the answers to this
  // question differ too often to be worth it. No memory is taken once its strings have grown.
  KnownHeader* room_for(const Question& question);

 private:
  static constexpr std::size_t kEntries = 32;

  struct Entry {
    Question question;
    std::uint32_t misses = 0;  // in a row
    KnownHeader known;
  };
  Entry& entry_for(const Question& question);

  std::array<Entry, kEntries> entries_;
};

}  // namespace assay::net
