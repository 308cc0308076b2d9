#include "client/server_hello.h"

#include <cstddef>

namespace assay::client {
namespace {

// Takes numbers and strings off the front; once something was missing, everything is.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  std::size_t number(std::size_t width) {
    std::size_t value = 0;
    for (const char byte : take(width)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::string_view take(std::size_t length) {
    if (length > rest_.size()) {
      short_ = true;
      rest_ = {};
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  bool is_short() const { return short_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

constexpr std::size_t kServerHello = 2, kSupportedVersions = 43, kRandomLength = 32;

std::optional<std::size_t> selected_version(std::string_view extensions) {
  Bytes bytes(extensions);
  while (!bytes.empty()) {
    const std::size_t kind = bytes.number(2);
    Bytes value(bytes.take(bytes.number(2)));
    if (bytes.is_short()) return std::nullopt;
    if (kind == kSupportedVersions) return value.number(2);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ServerHello> read_server_hello(std::string_view message) {
  Bytes header(message);
  if (header.number(1) != kServerHello) return std::nullopt;
  Bytes body(header.take(header.number(3)));
  std::size_t version = body.number(2);
  body.take(kRandomLength);
  body.take(body.number(1));  // session
  const std::size_t cipher = body.number(2);
  body.number(1);  // compression
  if (header.is_short() || body.is_short()) return std::nullopt;
  // TLS 1.3 hides behind the number of 1.2, so that middleboxes let it pass.
  if (const auto selected = selected_version(body.take(body.number(2)))) version = *selected;
  return ServerHello{static_cast<std::uint16_t>(version), static_cast<std::uint16_t>(cipher)};
}

}  // namespace assay::client
