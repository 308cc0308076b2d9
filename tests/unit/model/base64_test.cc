#include "model/base64.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace assay {
namespace {

TEST_CASE("base64 matches the vectors of RFC 4648") {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    CHECK(base64_encode(plain) == text);
    CHECK(base64_decode(text) == plain);
  }
}

TEST_CASE("every byte survives base64") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(base64_decode(base64_encode(bytes)) == bytes);
}

TEST_CASE("what is not base64 has no value") {
  for (const std::string text : {"Zg=", "Zg", "Z===", "Zm9$", "=Zm9", "Zm=v"}) {
    CAPTURE(text);
    CHECK(!base64_decode(text));
  }
}

}  // namespace
}  // namespace assay
