// What the workers tell while a run goes on, as the main thread keeps it: each second of generator health
// once all workers have told about it, and the slots that are over. The main thread only.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <vector>

#include "engine/run_plan.h"
#include "engine/slot_spool.h"
#include "engine/worker_second.h"
#include "model/generator_health.h"

namespace assay::engine {

class RunLedger {
 public:
  using OnSecond = std::function<void(const std::vector<WorkerSecond>& of_all_workers)>;

  // `directory`: where slots may be kept in a file, see SlotSpool.
  RunLedger(const RunPlan& plan, std::uint32_t workers, const std::filesystem::path& directory);

  // Calls `on_second` for each second that is complete now, in order.
  void add(std::vector<WorkerSecond> posted, const OnSecond& on_second);

  // After the last one has told: seconds that some workers did not live to see count as well.
  GeneratorHealth take_health();
  const GeneratorHealth& health() const { return health_; }
  const SlotSpool& slots() const { return slots_; }
  // At; of all that was intended before, nothing is missing in slots().
  Nanos settled() const { return settled_; }

 private:
  void note(const std::vector<WorkerSecond>& parts);

  std::uint32_t workers_;
  std::map<std::uint32_t, std::vector<WorkerSecond>> pending_;  // by second
  GeneratorHealth health_;
  Nanos settled_{0};
  SlotSpool slots_;
};

}  // namespace assay::engine
