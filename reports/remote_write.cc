#include "reports/remote_write.h"

#include <snappy.h>

#include <algorithm>
#include <bit>

#include "base/byte_stream.h"

namespace assay::reports {
namespace {

// Written by hand: these are four messages of two fields each, frozen since 1.0, and all that would be used
// of the library of Protocol Buffers is what base/byte_stream does. The variable-length form is the same for
// everything below 2^56, and lengths and milliseconds are.
// https://prometheus.io/docs/specs/prw/remote_write_spec/
enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2 };

void put_key(ByteWriter& into, std::uint32_t field, Wire wire) {
  into.put_varint((field << 3U) | static_cast<std::uint32_t>(wire));
}

void put_message(ByteWriter& into, std::uint32_t field, std::string_view message) {
  put_key(into, field, Wire::bytes);
  into.put_bytes(message);
}

// Label { name = 1, value = 2 }
std::string label_message(const MetricLabel& label) {
  ByteWriter message;
  put_message(message, 1, label.name);
  put_message(message, 2, label.value);
  return message.bytes();
}

std::string little_endian(double value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  std::string bytes;
  for (int i = 0; i < 8; ++i, bits >>= 8U) bytes += static_cast<char>(bits & 0xFFU);
  return bytes;
}

// Sample { double value = 1, int64 timestamp = 2 }
std::string sample_message(const MetricPoint& point) {
  ByteWriter value, time;
  put_key(value, 1, Wire::fixed64);
  put_key(time, 2, Wire::varint);
  time.put_varint(static_cast<std::uint64_t>(point.at_ms));
  return value.bytes() + little_endian(point.value) + time.bytes();
}

// TimeSeries { Label labels = 1, Sample samples = 2 }; labels sorted by name, the metric's own among them.
std::string series_message(const MetricSeries& series) {
  MetricLabels labels = series.labels;
  labels.push_back({"__name__", series.name});
  std::sort(labels.begin(), labels.end(),
            [](const MetricLabel& a, const MetricLabel& b) { return a.name < b.name; });
  ByteWriter message;
  for (const MetricLabel& label : labels) put_message(message, 1, label_message(label));
  for (const MetricPoint& point : series.points) put_message(message, 2, sample_message(point));
  return message.bytes();
}

}  // namespace

// WriteRequest { TimeSeries timeseries = 1 }
std::string write_request(std::span<const MetricSeries> series) {
  ByteWriter request;
  for (const MetricSeries& one : series) put_message(request, 1, series_message(one));
  return request.bytes();
}

std::string remote_write_body(std::span<const MetricSeries> series) {
  const std::string request = write_request(series);
  std::string compressed;
  snappy::Compress(request.data(), request.size(), &compressed);
  return compressed;
}

}  // namespace assay::reports
