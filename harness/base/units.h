// The only place that knows the names of units: reads "250ms", "64KiB", "200/s" and "1%", and writes them for
// people. Everything written without a unit is refused. A failed parse returns the reason as a sentence
// without a final stop. Pure functions, safe on any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace assay {

template <class T>
using Parsed = Expected<T, std::string>;

// Sums of decreasing units: "1m30s", "250ms", "1.5s". Units: ns us ms s m h d. Never negative.
Parsed<Nanos> parse_duration(std::string_view text);
// Bytes: B, kB MB GB TB (powers of 1000), KiB MiB GiB TiB (powers of 1024). Whole bytes only.
Parsed<std::uint64_t> parse_size(std::string_view text);
// Events per second, from "200/s", "1k/s", "90/m", "3600/h"; k and M are thousands and millions.
Parsed<double> parse_rate(std::string_view text);
// Bytes per second, from "1MiB/s".
Parsed<double> parse_data_rate(std::string_view text);
// A share, from "1%": 0.01.
Parsed<double> parse_ratio(std::string_view text);
// A difference of shares in percentage points, from "0.25pp": 0.0025.
Parsed<double> parse_points(std::string_view text);

// For people: three significant digits, no trailing zeros. "12.3ms", "1.5s", "2m30s", "1.21GiB", "200/s",
// "0.25%".
std::string format_duration(Nanos duration);
std::string format_size(double bytes);
std::string format_rate(double per_second);
std::string format_data_rate(double bytes_per_second);
std::string format_ratio(double ratio);
std::string format_points(double difference);
std::string format_count(std::uint64_t count);  // "1,234,567"
std::string format_p_value(double p);           // two digits; a small one as a power of ten: "9e-05"
std::string format_number(double value);        // three significant digits, never an exponent

}  // namespace assay
