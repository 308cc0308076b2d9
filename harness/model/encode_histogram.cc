#include <cmath>
#include <nlohmann/json.hpp>

#include "model/base64.h"
#include "model/hdr_codec.h"
#include "model/json_encode.h"

namespace assay {

Json encode_number(double number) {
  constexpr double kExact = 0x1p53;
  if (std::abs(number) < kExact && number == std::trunc(number)) return static_cast<std::int64_t>(number);
  return number;
}

Json encode(const stats::Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  return {{"count", histogram.count()},
          {"min_ns", histogram.min()},
          {"max_ns", histogram.max()},
          {"sum_ns", encode_number(histogram.sum())},
          {"hdr", hdr_encode(histogram)}};
}

// Without zlib: compressing a hundred bytes costs more time than it saves space, and a long run has 100,000
// of them.
Json encode_packed(const stats::Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  return Json::array(
      {histogram.min(), histogram.max(), encode_number(histogram.sum()), base64_encode(histogram.packed())});
}

}  // namespace assay
