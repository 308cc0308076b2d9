// Keeps the slots of a run until it ends, in a file without a name: a soak of hours then needs no more memory
// than a minute does. Where the file cannot be had or written (no directory, disk full), slots stay in
// memory; nothing is lost. The main thread only.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "engine/recorded_slot.h"

namespace assay::engine {

class SlotSpool {
 public:
  explicit SlotSpool(const std::filesystem::path& directory);  // empty: memory only
  ~SlotSpool();
  SlotSpool(const SlotSpool&) = delete;
  SlotSpool& operator=(const SlotSpool&) = delete;

  void add(std::vector<RecordedSlot> slots);

  // Everything so far, sorted by key, each slot once. Filled are key, slots and the sums over them in
  // `times`; counters stay zero, because the recorders count those.
  Expected<std::vector<Series>, SystemError> read() const;

 private:
  bool write(const std::string& bytes);

  int fd_ = -1;
  std::uint64_t written_ = 0;  // bytes of whole records
  std::vector<RecordedSlot> kept_;
};

}  // namespace assay::engine
