// One HTTP exchange as a libcurl easy handle. The multi handle that carries it belongs to the client; nothing
// is followed, retried or taken from a proxy on its own.
#pragma once
#include <memory>

#include "client/ask.h"

namespace assay::client {

// libcurl's handles are void*; these names say which is meant.
using MultiHandle = void*;
using EasyHandle = void*;

class HttpTransfer {
 public:
  // Added to `multi` at once. `ask` and `access` must outlive it.
  HttpTransfer(const HttpAsk& ask, const Access& access, MultiHandle multi);
  ~HttpTransfer();  // removed, and the connection dropped where the exchange had not ended
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  EasyHandle handle() const;
  Answer finish(int curl_code);  // after libcurl has said that it is done

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::client
