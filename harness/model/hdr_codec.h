// Histograms in the text that HdrHistogram's tools read and write (V2, compressed, base64). Format and bucket
// layout: https://github.com/HdrHistogram/HdrHistogram (class comments of AbstractHistogram and
// ZigZagEncoding).
//
// We write 3 significant digits from 1 ns to 2^41 ns. Two such buckets make one of ours, so that ours -> HDR
// -> ours keeps every bucket. Exact min, max and sum are not part of the format: a decoded histogram has the
// bounds of its buckets.
#pragma once
#include <string>
#include <string_view>

#include "base/expected.h"
#include "stats/histogram.h"

namespace assay {

std::string hdr_encode(const stats::Histogram& histogram);

// Reads other parameters, too (1 to 5 digits, any unit); a bucket wider than ours counts at its middle. The
// error says what is wrong with the text.
Expected<stats::Histogram, std::string> hdr_decode(std::string_view text);

}  // namespace assay
