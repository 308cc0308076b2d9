// Arbitrary bytes as metrics: never a crash, and what was read once is read again the same when it is written
// out as one sample a line.
// Input: one byte that chooses the format, then the page.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "probes/exposition_checks.h"

namespace {

using namespace assay::probes;

void check_all(const Exposition& found, ExpositionFormat format) {
  first_of(repeated_series(found));
  first_of(broken_counters(found, format));
  first_of(broken_histograms(found, format));
  for (const MetricFamily& family : found.families) {
    label_flaw(family, {"method"});
    bucket_flaw(family, {0.5});
  }
}

// Names, labels and their escapes survive; values are left out, because they are not what escapes touch.
void check_round_trip(const Exposition& found) {
  std::string page;
  std::vector<std::string> series;
  for (const MetricFamily& family : found.families)
    for (const MetricSample& sample : family.samples)
      series.push_back(series_text(sample.name, sample.labels));
  for (const std::string& one : series) page += one + " 1\n";
  const auto again = parse_exposition(page, ExpositionFormat::prometheus);
  if (!again || again->samples != series.size()) std::abort();
  std::size_t kept = 0;
  for (const std::string& one : series)
    for (const MetricFamily& family : again->families)
      for (const MetricSample& sample : family.samples)
        if (series_text(sample.name, sample.labels) == one) ++kept;
  if (kept < series.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto format = data[0] % 2 == 0 ? ExpositionFormat::prometheus : ExpositionFormat::openmetrics;
  const std::string page(data + 1, data + size);  // reading past the end is noticed
  const auto found = parse_exposition(page, format);
  if (!found) return 0;
  check_all(*found, format);
  if (found->samples <= 64) check_round_trip(*found);
  return 0;
}
