// Asks for memory that will be needed in a few microseconds. With a thousand connections the state of the
// next one has left the fast caches; it comes back while the kernel works on the current one.
#pragma once
#include <cstddef>

namespace assay::net {

inline void prefetch(const void* object, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  const auto* line = static_cast<const char*>(object);
  for (std::size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(line + at, 1);
}

}  // namespace assay::net
