// Watches the machine while a run goes on: its cores, its TCP, the interface towards the targets. Reads a few
// small files of /proc and /sys once a second, on the main thread, so that no worker pays for it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/generator_health.h"

namespace assay::engine {

// Counters since boot, and gauges, at one moment. Absent: the kernel does not tell.
struct MachineReading {
  TimePoint at{};
  std::optional<double> busy_s, stolen_s;  // on the cores that this process may use, together
  std::size_t cores = 0;
  std::optional<std::uint64_t> segments_sent, segments_retransmitted;
  std::optional<std::uint64_t> time_wait;
  std::optional<std::uint64_t> link_sent_bytes, link_received_bytes;
};

// `root`: the folder that holds proc and sys. `cores`: the numbers of those that count. `link`: empty: none.
MachineReading read_machine(const std::string& root, const std::vector<int>& cores, const std::string& link);
std::uint64_t link_speed(const std::string& root, const std::string& link);  // bits per second; 0: unknown

// What happened in between; `before` absent: only the gauges are known. `bits_per_s` 0: unknown.
MachineSecond machine_second(const std::optional<MachineReading>& before, const MachineReading& after,
                             std::uint64_t bits_per_s);

class MachineWatch {
 public:
  // `link`: the interface towards the targets, if they are not on this machine.
  explicit MachineWatch(const std::optional<std::string>& link);

  // The first worker has told about this second of the run. Later calls for the same second do nothing.
  void second_over(std::uint32_t second);
  void write_into(GeneratorHealth& health) const;

 private:
  std::vector<int> cores_;
  std::optional<LinkFacts> link_;
  std::optional<MachineReading> last_;
  std::map<std::uint32_t, MachineSecond> seconds_;
};

}  // namespace assay::engine
