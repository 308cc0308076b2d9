// Arbitrary bytes in arbitrary slices: never a crash, and whole and sliced delivery agree about everything,
// whether the header was seen before or not.
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

using assay::net::HeaderMemo;
using assay::net::Http1Exchange;

struct Question {
  bool head = false;
  assay::ResponseInterest interest;
};

std::string heard(const Question& question, const std::vector<std::string_view>& slices, HeaderMemo& memo) {
  assay::net::ScratchPool pool;
  Http1Exchange exchange(pool, memo);
  exchange.begin(&question.interest, question.head);
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

void expect_equal(const char* what, const std::string& whole, const std::string& other) {
  if (whole == other) return;
  std::fprintf(stderr, "whole:\n%s\n%s:\n%s\n", whole.c_str(), what, other.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Question question;
  question.head = (data[0] & 1) != 0;
  question.interest.body = question.interest.all_headers = (data[0] & 2) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto slices = cut(bytes, data[1]);
  HeaderMemo memo, nothing_seen;
  const std::string whole = heard(question, {bytes}, memo);
  expect_equal("sliced", whole, heard(question, slices, nothing_seen));
  expect_equal("with its header known", whole, heard(question, {bytes}, memo));
  expect_equal("sliced with its header known", whole, heard(question, slices, memo));
  return 0;
}
