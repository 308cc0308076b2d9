#include "engine/slot_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <utility>

#include "base/byte_stream.h"

namespace assay::engine {
namespace {

constexpr std::size_t kReadAtOnce = 1U << 20;

void put(ByteWriter& out, const stats::Histogram& histogram) {
  out.put_bytes(histogram.packed());
  if (histogram.empty()) return;
  out.put_zigzag(histogram.min());
  out.put_zigzag(histogram.max());
  out.put_double(histogram.sum());
}

stats::Histogram histogram_from(ByteReader& in) {
  const std::string_view packed = in.bytes();
  if (packed.empty()) return {};
  const std::int64_t min = in.zigzag();
  const std::int64_t max = in.zigzag();
  return stats::Histogram::from_packed(packed, min, max, in.real());
}

std::string record_of(const RecordedSlot& recorded) {
  ByteWriter out;
  out.put_varint(recorded.key.step);
  out.put_varint(static_cast<std::uint64_t>(recorded.key.arm));
  out.put_varint(recorded.key.status_class);
  out.put_varint(recorded.key.failed ? 1 : 0);
  out.put_varint(recorded.slot.index);
  out.put_varint(recorded.slot.count);
  for (const stats::Histogram& times : recorded.slot.times) put(out, times);
  return out.bytes();
}

RecordedSlot slot_from(std::string_view record) {
  ByteReader in(record);
  RecordedSlot recorded;
  recorded.key.step = static_cast<std::uint16_t>(in.varint());
  recorded.key.arm = static_cast<Arm>(in.varint());
  recorded.key.status_class = static_cast<std::uint8_t>(in.varint());
  recorded.key.failed = in.varint() != 0;
  recorded.slot.index = static_cast<std::uint32_t>(in.varint());
  recorded.slot.count = in.varint();
  for (stats::Histogram& times : recorded.slot.times) times = histogram_from(in);
  return recorded;
}

// Slots come in the order of time, but for late parts of earlier ones.
class Collector {
 public:
  void add(RecordedSlot recorded) {
    auto& slots = series_[recorded.key];
    const auto [at, fresh] = slots.try_emplace(recorded.slot.index, std::move(recorded.slot));
    if (fresh) return;
    at->second.count += recorded.slot.count;
    for (std::size_t m = 0; m < kSlotMetricCount; ++m) at->second.times[m].merge(recorded.slot.times[m]);
  }

  // As many whole records as there are; returns their bytes.
  std::size_t add_records(std::string_view bytes) {
    std::size_t used = 0;
    ByteReader in(bytes);
    for (auto record = in.bytes(); in.ok(); record = in.bytes()) {
      add(slot_from(record));
      used = bytes.size() - in.rest().size();
      if (in.rest().empty()) break;
    }
    return used;
  }

  std::vector<Series> take() {
    std::vector<Series> all;
    for (auto& [key, slots] : series_) {
      Series& series = all.emplace_back();
      series.key = key;
      for (auto& [index, slot] : slots) series.slots.push_back(std::move(slot));
      add_up_slots(series);
    }
    return all;
  }

 private:
  std::map<SeriesKey, std::map<std::uint32_t, SeriesSlot>> series_;
};

}  // namespace

SlotSpool::SlotSpool(const std::filesystem::path& directory) {
  if (directory.empty()) return;
  fd_ = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ >= 0) return;
  // File systems without nameless files: one with a name, removed at once.
  std::string name = directory / "slots-XXXXXX";
  fd_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd_ >= 0) ::unlink(name.c_str());
}

SlotSpool::~SlotSpool() {
  if (fd_ >= 0) ::close(fd_);
}

void SlotSpool::add(std::vector<RecordedSlot> slots) {
  ByteWriter out;
  for (const RecordedSlot& slot : slots) out.put_bytes(record_of(slot));
  if (fd_ >= 0 && write(out.bytes())) return;
  kept_.insert(kept_.end(), std::make_move_iterator(slots.begin()), std::make_move_iterator(slots.end()));
}

// All or nothing: what a full disk took of the last records is written over or never read.
bool SlotSpool::write(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count =
        ::pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(written_ + done));
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  written_ += done;
  return true;
}

Expected<std::vector<Series>, SystemError> SlotSpool::read() const {
  Collector all;
  std::string bytes;  // up to one record is left from one part of the file to the next
  for (std::uint64_t at = 0; at < written_;) {
    const std::size_t held = bytes.size();
    bytes.resize(held + std::min<std::uint64_t>(kReadAtOnce, written_ - at));
    const ssize_t count = ::pread(fd_, bytes.data() + held, bytes.size() - held, static_cast<off_t>(at));
    if (count <= 0)
      return Unexpected(
          system_error("read back", "what the run measured by the half second", count < 0 ? errno : EIO));
    bytes.resize(held + static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
    bytes.erase(0, all.add_records(bytes));
  }
  for (const RecordedSlot& slot : kept_) all.add(slot);
  return all.take();
}

}  // namespace assay::engine
