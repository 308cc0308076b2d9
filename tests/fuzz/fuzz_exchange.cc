// Arbitrary bytes in arbitrary slices: never a crash, and whole and sliced delivery agree about everything.
// Input: one byte of options, one byte that seeds the slicing, then what the server sends.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "net/http1_exchange.h"

namespace {

using assay::net::Http1Exchange;

struct Options {
  bool head = false, keep = false;
};

std::string heard(const Options& options, const std::vector<std::string_view>& slices) {
  assay::ResponseInterest interest;
  interest.body = interest.all_headers = options.keep;
  assay::net::ScratchPool pool;
  Http1Exchange exchange(pool);
  exchange.begin(&interest, options.head);
  auto progress = Http1Exchange::Progress::more;
  for (const std::string_view slice : slices) {
    const std::vector<char> own(slice.begin(), slice.end());  // reading past the end is noticed
    progress = exchange.receive({own.data(), own.size()});
  }
  // A wrong line inside a header is noticed at once or at the end of the header, as the slices fall.
  if (progress == Http1Exchange::Progress::more) progress = exchange.end_of_stream();

  const assay::ResponseView view = exchange.view();
  std::string text = std::to_string(static_cast<int>(progress)) + " " + exchange.reason() + " " +
                     std::to_string(view.status) + " " + std::to_string(view.body_bytes) + " " +
                     (exchange.reusable() ? "reusable" : "") + "\n";
  for (const auto& field : view.headers)
    text.append(field.name).append(": ").append(field.value).append("\n");
  return text.append(view.body);
}

std::vector<std::string_view> cut(std::string_view bytes, std::uint8_t seed) {
  assay::Random random(seed, 0);
  std::vector<std::string_view> slices;
  while (!bytes.empty()) {
    const std::size_t length = 1 + random.below(seed % 2 == 0 ? 3 : bytes.size());
    slices.push_back(bytes.substr(0, length));
    bytes.remove_prefix(slices.back().size());
  }
  return slices;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Options options{(data[0] & 1) != 0, (data[0] & 2) != 0};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = heard(options, {bytes});
  const std::string sliced = heard(options, cut(bytes, data[1]));
  if (whole != sliced) {
    std::fprintf(stderr, "whole:\n%s\nsliced:\n%s\n", whole.c_str(), sliced.c_str());
    std::abort();
  }
  return 0;
}
