#include "model/hdr_codec.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "model/base64.h"

namespace assay {
namespace {

using stats::Buckets;
using stats::Histogram;

// The same walk as values() in fixtures/hdr/make.py.
Histogram histogram_of_values(int count) {
  Histogram histogram;
  std::uint64_t state = 1;
  for (int i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    histogram.record(static_cast<std::int64_t>((state >> 23) >> ((state >> 8) % 38)));
  }
  return histogram;
}

struct Fixture {
  std::string encoded;
  std::uint64_t count = 0;
  Histogram buckets;  // every bucket at its middle
  std::vector<std::pair<double, std::int64_t>> quantiles;
};

Fixture read_fixture(const std::string& file) {
  std::ifstream in(ASSAY_SOURCE_DIR "/tests/unit/model/fixtures/hdr/" + file);
  REQUIRE(in.good());
  Fixture fixture;
  for (std::string line, kind; std::getline(in, line);) {
    std::istringstream words(line);
    words >> kind;
    if (kind == "encoded") words >> fixture.encoded;
    if (kind == "count") words >> fixture.count;
    if (kind == "bucket") {
      std::int64_t low = 0, high = 0;
      std::uint64_t count = 0;
      words >> low >> high >> count;
      fixture.buckets.record(low + (high - low + 1) / 2, count);
    }
    if (kind == "quantile") {
      double q = 0;
      std::int64_t value = 0;
      words >> q >> value;
      fixture.quantiles.emplace_back(q, value);
    }
  }
  return fixture;
}

void check_quantiles(const Histogram& ours, const Fixture& theirs, double relative, double absolute) {
  REQUIRE(theirs.quantiles.size() == 10);
  for (const auto& quantile : theirs.quantiles) {
    const double q = quantile.first;
    const std::int64_t value = quantile.second;
    CAPTURE(q);
    const auto difference = std::abs(static_cast<double>(ours.quantile(q) - value));
    CHECK(difference <= relative * static_cast<double>(value) + absolute);
  }
}

std::string payload_of(const std::string& encoded) {
  const std::string bytes = base64_decode(encoded).value();
  std::string payload(1 << 20, '\0');
  uLongf size = payload.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(payload.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()) + 8, bytes.size() - 8) == Z_OK);
  payload.resize(size);
  return payload;
}

std::string encoded_of(const std::string& payload) {
  std::string packed(compressBound(payload.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(payload.data()),
           payload.size());
  ByteWriter head;
  head.put_u32(0x1c849314);
  head.put_u32(static_cast<std::uint32_t>(size));
  return base64_encode(head.bytes() + packed.substr(0, size));
}

std::string with_byte(std::string text, std::size_t at, char value) {
  text.at(at) = value;
  return text;
}

TEST_CASE("ours to HdrHistogram and back keeps every bucket") {
  const Histogram histogram = histogram_of_values(2000);
  const auto decoded = hdr_decode(hdr_encode(histogram));
  REQUIRE(decoded);
  CHECK(decoded->buckets() == histogram.buckets());
}

TEST_CASE("every single bucket survives the way to HdrHistogram and back") {
  Histogram all;
  for (std::uint32_t index = 0; index < Buckets::kCount; ++index)
    all.record(Buckets::upper(index), index + 1);
  const auto decoded = hdr_decode(hdr_encode(all));
  REQUIRE(decoded);
  CHECK(decoded->buckets() == all.buckets());
}

TEST_CASE("an empty histogram stays empty") {
  const auto decoded = hdr_decode(hdr_encode(Histogram{}));
  REQUIRE(decoded);
  CHECK(decoded->empty());
}

TEST_CASE("another implementation reads from our text what we recorded") {
  const Fixture theirs = read_fixture("ours.txt");
  const Histogram histogram = histogram_of_values(2000);
  // zlib versions compress differently; what they hold is the text that the other implementation was given.
  CHECK(payload_of(hdr_encode(histogram)) == payload_of(theirs.encoded));
  CHECK(theirs.count == histogram.count());
  CHECK(theirs.buckets.buckets() == histogram.buckets());
  check_quantiles(histogram, theirs, 0.001, 1);
}

TEST_CASE("we read what another implementation recorded with our parameters") {
  const Fixture theirs = read_fixture("theirs-3-digits.txt");
  const auto decoded = hdr_decode(theirs.encoded);
  REQUIRE(decoded);
  CHECK(decoded->count() == theirs.count);
  CHECK(decoded->buckets() == histogram_of_values(2000).buckets());
  check_quantiles(*decoded, theirs, 0.001, 1);
}

TEST_CASE("we read foreign precisions and units") {
  struct Case {
    std::string file;
    double relative, absolute;
  };
  const Case cases[] = {{"theirs-2-digits-microseconds.txt", 0.01, 512}, {"theirs-4-digits.txt", 0.001, 1}};
  for (const Case& foreign : cases) {
    CAPTURE(foreign.file);
    const Fixture theirs = read_fixture(foreign.file);
    const auto decoded = hdr_decode(theirs.encoded);
    REQUIRE(decoded);
    CHECK(decoded->count() == theirs.count);
    CHECK(decoded->buckets() == theirs.buckets.buckets());
    check_quantiles(*decoded, theirs, foreign.relative, foreign.absolute);
  }
}

TEST_CASE("damaged texts give an error that says what is wrong") {
  const std::string encoded = hdr_encode(histogram_of_values(100));
  CHECK(hdr_decode("").error() == "not a compressed HdrHistogram of version 2");
  CHECK(hdr_decode("$$$$").error() == "not base64");
  CHECK(hdr_decode("AAAAAAAAAAAAAAAA").error() == "not a compressed HdrHistogram of version 2");
  CHECK(hdr_decode(encoded.substr(0, encoded.size() / 8 * 4)).error() == "cut short");
  CHECK(hdr_decode(with_byte(encoded, 12, encoded[12] == 'A' ? 'B' : 'A')).error() ==
        "its compressed part is damaged");
}

TEST_CASE("damaged headers and counters give an error that says what is wrong") {
  const std::string payload = payload_of(hdr_encode(histogram_of_values(100)));
  REQUIRE(hdr_decode(encoded_of(payload)));
  const auto error_of = [](const std::string& damaged) { return hdr_decode(encoded_of(damaged)).error(); };
  CHECK(error_of(payload.substr(0, 20)) == "cut short");
  CHECK(error_of(with_byte(payload, 0, 'x')) == "not an HdrHistogram of version 2");
  CHECK(error_of(payload.substr(0, payload.size() - 1)) == "its counters are cut short");
  CHECK(error_of(with_byte(payload, 11, 1)) == "shifted and floating-point HdrHistograms cannot be read");
  CHECK(error_of(with_byte(payload, 15, 9)) == "its number of significant digits is not 1 to 5");
  CHECK(error_of(with_byte(payload, 23, 0)) == "its lowest value is out of range");
  CHECK(error_of(with_byte(payload, payload.size() - 1, '\xff')) == "its counters are damaged");
}

TEST_CASE("a run of zeros past every bucket is an error") {
  ByteWriter counters;
  counters.put_zigzag(std::numeric_limits<std::int64_t>::min());
  std::string payload = payload_of(hdr_encode(Histogram{})) + counters.bytes();
  payload = with_byte(payload, 7, static_cast<char>(counters.bytes().size()));
  CHECK(hdr_decode(encoded_of(payload)).error() == "its counters are damaged");
}

}  // namespace
}  // namespace assay
