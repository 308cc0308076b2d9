// The 64 KiB that all connections of one event loop receive into, one after the other: it stays in the cache,
// and an idle connection costs no buffer. Memory is taken when it is first needed. Empty between two
// connections.
#pragma once
#include <cstddef>
#include <memory>
#include <span>

namespace assay::net {

class Inbox {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;

  std::span<char> space() {
    if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(kBytes);
    return {bytes_.get(), kBytes};
  }

  // What was received and not yet taken; only TLS leaves something here between two calls.
  std::span<const char> waiting() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void filled(std::size_t count) { begin_ = 0, end_ = count; }
  void taken(std::size_t count) { begin_ += count; }
  void clear() { begin_ = end_ = 0; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace assay::net
