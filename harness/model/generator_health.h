// GeneratorHealth: what the generator and its machine say about themselves, as facts without judgement. Part
// of RunResult; plain structs. "At" times count from the start of the run. What the kernel did not tell is
// absent, never zero.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stats/histogram.h"

namespace assay {

// The whole machine during one second, whoever caused it.
struct MachineSecond {
  std::optional<double> cpu_ratio{};    // CPU seconds per second on the cores that this process may use
  std::optional<double> steal_ratio{};  // of those cores' time: what the hypervisor gave to others
  std::optional<std::uint64_t> segments_sent{}, segments_retransmitted{};  // TCP
  std::optional<std::uint64_t>
      time_wait;                       // sockets that keep a port after their end, at the end of the second
  std::optional<double> link_ratio{};  // of the link's speed, in its busier direction
  bool operator==(const MachineSecond&) const = default;
};

struct HealthSecond {
  std::uint32_t second = 0;      // at
  std::uint64_t intended = 0;    // arrivals due in this second (open model)
  std::uint64_t started = 0;     // iterations started
  std::uint64_t waited = 0;      // arrivals that found no free virtual user
  std::uint64_t shed = 0;        // arrivals given up
  std::uint64_t completed = 0;   // requests that ended, however
  std::uint64_t unanswered = 0;  // of those: refused, timed out, aborted, never sent and the like
  std::uint64_t no_port = 0;     // requests not sent, because this machine had no local port left
  std::uint64_t no_file = 0;     // requests not sent, because this process had no file descriptor left
  std::uint64_t in_flight = 0;   // requests, at the end of the second
  std::uint64_t waiting = 0;     // arrivals without a free virtual user, at the end of the second
  std::uint64_t sockets = 0;     // open, at the end of the second
  double cpu_ratio = 0;          // CPU seconds per second of all workers together
  double busiest_worker_ratio = 0;
  // Seconds per second in which a worker could have run and had no core; the worker that waited most.
  std::optional<double> run_delay_ratio{};
  Nanos lag_p50{0}, lag_p99{0}, lag_max{0};  // dispatch lag
  MachineSecond machine{};
  bool operator==(const HealthSecond&) const = default;
};

// The network interface through which the targets are reached.
struct LinkFacts {
  std::string name;              // "eth0"
  std::uint64_t bits_per_s = 0;  // 0: it does not say
  bool operator==(const LinkFacts&) const = default;
};

// Was the generator itself sound? dispatch_lag is the part of send_lag that is the generator's own fault:
// from the moment when a request was due and a virtual user was free, to the moment when it was sent.
struct GeneratorHealth {
  std::uint32_t machines = 1;
  std::uint32_t workers = 0;   // of all machines
  bool polling = false;        // workers never sleep for long: their CPU time says nothing about their work
  std::uint64_t intended = 0;  // arrivals of the open model
  std::uint64_t started = 0;   // iterations
  std::uint64_t shed = 0;      // arrivals that no virtual user could take in time
  std::uint64_t waited = 0;    // arrivals that had to wait for a virtual user
  std::uint64_t peak_in_flight = 0;
  std::uint64_t max_in_flight = 0;  // the largest limit of any load phase; 0 where none has one
  std::uint64_t local_ports = 0;    // that the system gives to connections to one address
  std::optional<LinkFacts> link;    // absent: the targets are on this machine
  stats::Histogram dispatch_lag;
  std::vector<HealthSecond> seconds;
  bool operator==(const GeneratorHealth&) const = default;
};

}  // namespace assay
