// One accepted connection: reads a request, waits as long as its answer must wait, writes the answer, and
// starts again. At most one operation is pending at any time, so nothing is shared and the server alone owns
// every connection. All of it runs on the server's one thread.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "demo/request_log.h"
#include "demo/site.h"
#include "demo/target_options.h"

namespace assay::demo {

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
};

// What connections of one server have in common; outlives them.
struct ConnectionContext {
  Site& site;
  StallWindows stall;
  TimePoint server_start;
  RequestLog* log;                         // null: none is kept
  std::function<void(Connection*)> ended;  // destroys the connection
};

// `number` is the connection's name in the log.
std::unique_ptr<Connection> plain_connection(boost::asio::ip::tcp::socket socket, std::uint64_t number,
                                             const ConnectionContext& context);
std::unique_ptr<Connection> tls_connection(boost::asio::ip::tcp::socket socket,
                                           boost::asio::ssl::context& tls, std::uint64_t number,
                                           const ConnectionContext& context);

}  // namespace assay::demo
