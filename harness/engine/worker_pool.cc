#include "engine/worker_pool.h"

#include <sys/eventfd.h>

#include <array>
#include <utility>

namespace assay::engine {
namespace {

using Routes = std::array<net::Route, kArmCount>;

// Each worker has routes of its own, so that TLS sessions and facts need no lock.
Expected<Routes, SystemError> make_routes(const RunPlan& plan) {
  Routes routes;
  for (const ArmPlan& arm : plan.arms) {
    net::Route& route = routes[static_cast<std::size_t>(arm.arm)];
    route.addresses = arm.addresses;
    route.server_name = arm.server_name;
    if (!arm.use_tls) continue;
    auto context = net::TlsContext::create(arm.tls);
    if (!context) return Unexpected{std::move(context).error()};
    route.tls = std::move(*context);
  }
  return routes;
}

}  // namespace

Expected<std::unique_ptr<WorkerPool>, SystemError> WorkerPool::create(const RunPlan& plan, TimePoint start) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool);
  for (std::uint32_t i = 0; i < plan.workers; ++i) {
    auto routes = make_routes(plan);
    if (!routes) return Unexpected{std::move(routes).error()};
    pool->workers_.push_back(
        std::make_unique<Worker>(plan, pool->mailbox_, std::move(*routes), Worker::Options{i, start}));
    if (const auto& failure = pool->workers_.back()->failure()) return Unexpected{*failure};
  }
  return pool;
}

WorkerPool::~WorkerPool() { stop(Stop::all); }

void WorkerPool::start() {
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, &worker = *worker] {
      worker.run();
      mailbox_.worker_finished();
    });
  }
}

void WorkerPool::stop(Stop stop) {
  mailbox_.request(stop);
  for (const auto& worker : workers_) ::eventfd_write(worker->wake_fd(), 1);
}

std::vector<WorkerResult> WorkerPool::join() {
  threads_.clear();  // a jthread joins when it goes
  std::vector<WorkerResult> results;
  for (const auto& worker : workers_) results.push_back(worker->take_result());
  return results;
}

}  // namespace assay::engine
