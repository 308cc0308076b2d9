#include "probes/tls_hello.h"

namespace assay::probes {
namespace {

constexpr unsigned char kAlert = 21, kHandshake = 22;
constexpr std::size_t kRecordHeader = 5, kMessageHeader = 4, kLongestMessage = 16 << 10;

std::string number(std::size_t value, int width) {
  std::string bytes;
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

// With its length in front.
std::string counted(std::string_view bytes, int width) {
  return number(bytes.size(), width) + std::string(bytes);
}

std::string extension(std::size_t kind, std::string_view value) {
  return number(kind, 2) + counted(value, 2);
}

std::string numbers(std::initializer_list<std::size_t> values) {
  std::string bytes;
  for (const std::size_t value : values) bytes += number(value, 2);
  return bytes;
}

std::string extensions(std::string_view server_name) {
  constexpr std::size_t kServerName = 0, kGroups = 10, kPointFormats = 11, kSignatures = 13;
  std::string all;
  if (!server_name.empty()) all += extension(kServerName, counted(number(0, 1) + counted(server_name, 2), 2));
  // x25519, x448, P-256, P-384, P-521, secp256k1, and groups of finite fields.
  all += extension(kGroups, counted(numbers({29, 30, 23, 24, 25, 22, 256, 257, 258}), 2));
  all += extension(kPointFormats, counted(number(0, 1), 1));
  // Also those with SHA-1 and MD5, so that no old certificate is a reason to refuse.
  all +=
      extension(kSignatures, counted(numbers({0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806,
                                              0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0301, 0x0303,
                                              0x0201, 0x0203, 0x0202, 0x0402, 0x0502, 0x0602, 0x0101}),
                                     2));
  return all;
}

std::size_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// An alert that is no more than a warning: the handshake goes on.
bool is_warning(std::string_view alert) {
  constexpr int kWarning = 1, kUnrecognizedName = 112;
  return alert[0] == kWarning && alert[1] == kUnrecognizedName;
}

HelloAnswer read_message(std::string_view message) {
  HelloAnswer answer;
  if (message.size() < kMessageHeader) return answer;
  const std::size_t length = number_at(message, 1, 3);
  if (length <= kLongestMessage && message.size() < kMessageHeader + length) return answer;
  answer.chosen = client::read_server_hello(message);
  answer.foreign = !answer.chosen;
  return answer;
}

}  // namespace

std::string client_hello(std::span<const TlsSuite> suites, std::string_view server_name,
                         client::TlsVersion highest) {
  constexpr std::size_t kTls10 = 0x0301, kRenegotiationInfo = 0x00ff;
  std::string ciphers;
  for (const TlsSuite& suite : suites) ciphers += number(suite.number, 2);
  ciphers += number(kRenegotiationInfo, 2);
  // No secret is ever derived, so the random need not be random, and asks stay a pure function of the probe.
  const std::string random(32, '\x5a');
  const std::string body = number(kTls10 + static_cast<std::size_t>(highest), 2) + random + counted("", 1) +
                           counted(ciphers, 2) + counted(number(0, 1), 1) +
                           counted(extensions(server_name), 2);
  return std::string(1, kHandshake) + number(kTls10, 2) +
         counted(std::string(1, '\x01') + counted(body, 3), 2);
}

HelloAnswer read_hello_answer(std::string_view bytes) {
  std::string message;  // may be spread over several records
  while (!bytes.empty()) {
    const auto kind = static_cast<unsigned char>(bytes[0]);
    const bool is_tls = (kind == kAlert || kind == kHandshake) && (bytes.size() < 2 || bytes[1] == 3);
    if (!is_tls) return {.chosen = {}, .alert = {}, .foreign = true};
    if (bytes.size() < kRecordHeader) break;
    const std::size_t length = number_at(bytes, 3, 2);
    if (bytes.size() < kRecordHeader + length) break;
    const std::string_view content = bytes.substr(kRecordHeader, length);
    bytes.remove_prefix(kRecordHeader + length);
    if (kind == kHandshake) {
      message += content;
      if (const HelloAnswer answer = read_message(message); answer.chosen || answer.foreign) return answer;
    } else if (content.size() != 2) {
      return {.chosen = {}, .alert = {}, .foreign = true};
    } else if (!is_warning(content)) {
      return {.chosen = {}, .alert = static_cast<unsigned char>(content[1]), .foreign = false};
    }
  }
  return {};
}

bool is_hello_answered(std::string_view bytes) {
  const HelloAnswer answer = read_hello_answer(bytes);
  return answer.chosen || answer.alert || answer.foreign;
}

}  // namespace assay::probes
