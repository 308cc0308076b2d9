#include "net/scratch_pool.h"

#include <utility>

namespace assay::net {

void ResponseScratch::forget_answer() {
  header_text.clear();
  kept.clear();
  headers.clear();
  body.clear();
}

std::size_t ResponseScratch::footprint() const {
  return sizeof *this + unparsed.capacity() + header_text.capacity() + body.capacity() +
         kept.capacity() * sizeof(Field) + headers.capacity() * sizeof(HeaderField);
}

std::unique_ptr<ResponseScratch> ScratchPool::take() {
  if (idle_.empty()) return std::make_unique<ResponseScratch>();
  // The one used last: its memory is the warmest in the cache.
  auto scratch = std::move(idle_.back());
  idle_.pop_back();
  idle_bytes_ -= scratch->footprint();
  return scratch;
}

void ScratchPool::give_back(std::unique_ptr<ResponseScratch> scratch) {
  if (!scratch || idle_bytes_ + scratch->footprint() > kMaxIdleBytes) return;
  scratch->unparsed.clear();
  scratch->forget_answer();
  idle_bytes_ += scratch->footprint();
  idle_.push_back(std::move(scratch));
}

}  // namespace assay::net
