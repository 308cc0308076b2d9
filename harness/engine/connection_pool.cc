#include "engine/connection_pool.h"

namespace assay::engine {

net::Http1Connection& ConnectionPool::take() {
  if (idle_.empty()) return connections_.emplace_back(loop_, route_, next_address_++);
  net::Http1Connection& connection = *idle_.back();
  idle_.pop_back();
  return connection;
}

}  // namespace assay::engine
