#include "ui/secret_token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>

namespace assay::ui {

std::optional<std::string> make_token() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return std::nullopt;
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

bool same_secret(std::string_view secret, std::string_view given) {
  if (secret.empty() || secret.size() != given.size()) return false;
  return CRYPTO_memcmp(secret.data(), given.data(), secret.size()) == 0;
}

}  // namespace assay::ui
