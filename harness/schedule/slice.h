// Who takes what: all numbered things of a run (arrivals, virtual users) are dealt to workers like cards, by
// their global number. Nothing is lost or taken twice, whatever the number of machines and workers, and
// nobody has to ask anybody.
#pragma once
#include <cstdint>

namespace assay::schedule {

// The numbers offset, offset + stride, offset + 2 * stride, ...
struct Lane {
  std::uint64_t offset = 0;
  std::uint64_t stride = 1;

  constexpr bool takes(std::uint64_t number) const { return number % stride == offset; }
  // How many of the numbers 0 .. count-1 are in this lane.
  constexpr std::uint64_t share(std::uint64_t count) const {
    return count <= offset ? 0 : (count - offset - 1) / stride + 1;
  }
};

// Worker `worker` (from 0) of `workers` on machine `segment` (from 0) of `segments`.
constexpr Lane lane(std::uint32_t segment, std::uint32_t segments, std::uint32_t worker,
                    std::uint32_t workers) {
  return {segment + std::uint64_t{segments} * worker, std::uint64_t{segments} * workers};
}

}  // namespace assay::schedule
