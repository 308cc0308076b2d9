// Bytes in, requests out: an HTTP/1.1 request parser over plain byte slices. Beast stays behind this door.
// Not thread-safe; one per connection.
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "demo/request.h"

namespace assay::demo {

class RequestReader {
 public:
  enum class State { need_more, complete, malformed };
  struct Progress {
    State state = State::need_more;
    std::size_t consumed = 0;  // bytes that must not be offered again
  };

  RequestReader();
  ~RequestReader();

  // Reads on. After `complete`, request() is valid until reset(). A request may have a body of 8 MiB at most.
  Progress read(std::string_view bytes);
  void reset();
  const Request& request() const;

 private:
  struct Parsing;
  std::unique_ptr<Parsing> parsing_;
};

}  // namespace assay::demo
