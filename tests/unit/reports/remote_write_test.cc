#include "reports/remote_write.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <snappy.h>

#include <bit>
#include <cstdint>
#include <map>
#include <optional>

#include "tests/support/sample_run.h"
#include "tests/unit/reports/golden.h"

namespace assay::reports {
namespace {

// A reader of Protocol Buffers of its own, so that a mistake of the writer is not made twice.
struct Field {
  std::uint32_t number = 0, wire = 0;
  std::uint64_t number_value = 0;
  std::string_view bytes;
};

std::uint64_t take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    REQUIRE_FALSE(rest.empty());
    REQUIRE(shift < 64);
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
}

std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    Field field{static_cast<std::uint32_t>(key >> 3U), static_cast<std::uint32_t>(key & 7U), 0, {}};
    if (field.wire == 0) {
      field.number_value = take_varint(message);
    } else if (field.wire == 1) {
      REQUIRE(message.size() >= 8);
      for (std::size_t i = 0; i < 8; ++i)
        field.number_value |= static_cast<std::uint64_t>(static_cast<unsigned char>(message[i])) << (8 * i);
      message.remove_prefix(8);
    } else {
      REQUIRE(field.wire == 2);
      const std::uint64_t length = take_varint(message);
      REQUIRE(length <= message.size());
      field.bytes = message.substr(0, length);
      message.remove_prefix(length);
    }
    fields.push_back(field);
  }
  return fields;
}

std::string series_text(std::string_view message) {
  std::string labels, points, last_name;
  std::int64_t last = 0;
  for (const Field& field : fields_of(message)) {
    const auto parts = fields_of(field.bytes);
    REQUIRE(parts.size() == 2);
    if (field.number == 1) {
      CHECK(last_name < parts[0].bytes);  // sorted, none twice
      last_name = parts[0].bytes;
      labels += fmt::format("{}=\"{}\" ", parts[0].bytes, parts[1].bytes);
      continue;
    }
    CHECK(parts[0].wire == 1);
    CHECK(parts[1].wire == 0);
    const auto at = static_cast<std::int64_t>(parts[1].number_value);
    CHECK(at > last);  // in time
    last = at;
    points += fmt::format("  {} {}\n", at, std::bit_cast<double>(parts[0].number_value));
  }
  return labels + "\n" + points;
}

TEST_CASE("remote write: the body of the sample run, read back, is as the golden file says") {
  const auto series = run_series(test_support::sample_run());
  const std::string body = remote_write_body(series);
  std::string request;
  REQUIRE(snappy::Uncompress(body.data(), body.size(), &request));
  CHECK(request == write_request(series));
  CHECK(body.size() < request.size());
  std::string text;
  for (const Field& field : fields_of(request)) {
    CHECK(field.number == 1);
    text += series_text(field.bytes);
  }
  CHECK(text == test_support::read_golden("reports/remote-write.txt", text));
}

TEST_CASE("remote write: counts begin with nothing at the start and end with all judged requests") {
  const RunRecord record = test_support::sample_run();
  std::map<std::string, double> counted;
  for (const Series& series : record.result.series)
    counted[std::string(name(series.key.arm))] += static_cast<double>(series.count);
  std::size_t seen = 0;
  for (const MetricSeries& series : run_series(record)) {
    if (series.name != "assay_requests_total") continue;
    ++seen;
    CHECK(series.points.front() == MetricPoint{1771059600125, 0});
    CHECK(series.points.back().value == counted.at(series.labels.back().value));
  }
  CHECK(seen == 2);
}

TEST_CASE("remote write: no point lies beyond the end of the run") {
  RunRecord record = test_support::sample_run();
  const std::int64_t start_ms = 1771059600125;
  record.result.load.back().end = std::chrono::milliseconds(59'300);  // within a bin
  record.result.duration = std::chrono::milliseconds(59'400);
  for (const MetricSeries& series : run_series(record))
    CHECK(series.points.back().at_ms <= start_ms + 59'400);
}

TEST_CASE("remote write: without load or a start there is nothing to send") {
  RunRecord record = test_support::sample_run();
  record.result.started_utc.clear();
  CHECK(run_series(record).empty());
  CHECK(run_series({}).empty());
}

}  // namespace
}  // namespace assay::reports
