// All connections of one worker to one arm. The worker's thread only; connections keep their addresses.
#pragma once
#include <deque>
#include <vector>

#include "net/event_loop.h"
#include "net/http1_connection.h"
#include "net/route.h"

namespace assay::engine {

class ConnectionPool {
 public:
  // Both outlive the pool. The n-th connection starts at the (first_address + n)-th address, so that workers
  // and connections together use every address alike.
  ConnectionPool(net::EventLoop& loop, net::Route& route, std::uint32_t first_address)
      : loop_(loop), route_(route), next_address_(first_address) {}

  // An idle connection, the one used last first (it is the warmest), else a new one.
  net::Http1Connection& take();
  void give_back(net::Http1Connection& connection) { idle_.push_back(&connection); }

 private:
  net::EventLoop& loop_;
  net::Route& route_;
  std::uint32_t next_address_;
  std::deque<net::Http1Connection> connections_;
  std::vector<net::Http1Connection*> idle_;
};

}  // namespace assay::engine
