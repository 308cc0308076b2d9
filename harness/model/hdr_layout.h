// HdrHistogram's own bucket layout for given parameters: which value range the i-th counter stands for.
#pragma once
#include <bit>
#include <cstdint>

namespace assay {

class HdrLayout {
 public:
  // digits: 1 to 5; lowest: the smallest value told apart from 0, at least 1.
  HdrLayout(unsigned digits, std::uint64_t lowest)
      : unit_bits_(static_cast<unsigned>(std::bit_width(lowest)) - 1), half_bits_(half_bits(digits)) {}

  // Counters that stand for values below 2^62.
  std::uint64_t size() const {
    return static_cast<std::uint64_t>(63 - half_bits_ - unit_bits_) << half_bits_;
  }

  std::uint64_t index(std::uint64_t value) const {
    const std::uint64_t units = value >> unit_bits_;
    const auto width = static_cast<unsigned>(std::bit_width(units | ((std::uint64_t{2} << half_bits_) - 1)));
    const unsigned octave = width - half_bits_ - 1;
    return (static_cast<std::uint64_t>(octave) << half_bits_) + (units >> octave);
  }

  std::uint64_t lower(std::uint64_t index) const { return leading(index) << shift(index); }
  std::uint64_t width(std::uint64_t index) const { return std::uint64_t{1} << shift(index); }

 private:
  static unsigned half_bits(unsigned digits) {
    std::uint64_t single_unit_values = 2;
    for (unsigned i = 0; i < digits; ++i) single_unit_values *= 10;
    return static_cast<unsigned>(std::bit_width(single_unit_values - 1)) - 1;
  }

  bool in_first_octaves(std::uint64_t index) const { return index >> half_bits_ == 0; }

  std::uint64_t leading(std::uint64_t index) const {
    const std::uint64_t half = std::uint64_t{1} << half_bits_;
    return in_first_octaves(index) ? index : (index & (half - 1)) | half;
  }

  unsigned shift(std::uint64_t index) const {
    const unsigned octave = in_first_octaves(index) ? 0 : static_cast<unsigned>(index >> half_bits_) - 1;
    return octave + unit_bits_;
  }

  unsigned unit_bits_, half_bits_;
};

}  // namespace assay
