#include "probes/grpc_frame.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <vector>

#include "match/answer.h"

namespace assay::probes {
namespace {

constexpr std::size_t kFrameHead = 5;  // a flag and the length, big-endian
constexpr std::array<std::string_view, 17> kCodes{
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};
enum WireType : std::uint64_t { varint = 0, fixed64 = 1, counted = 2, fixed32 = 5 };

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

bool take_varint(std::string_view& text, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !text.empty(); shift += 7) {
    const std::uint8_t byte = byte_at(text, 0);
    text.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

bool skip(std::string_view& text, std::uint64_t bytes) {
  if (bytes > text.size()) return false;
  text.remove_prefix(static_cast<std::size_t>(bytes));
  return true;
}

// A field that this reader does not know, as later versions of the protocol may add.
bool skip_field(std::string_view& text, std::uint64_t wire_type) {
  std::uint64_t value = 0;
  switch (wire_type) {
    case varint:
      return take_varint(text, value);
    case fixed64:
      return skip(text, 8);
    case counted:
      return take_varint(text, value) && skip(text, value);
    case fixed32:
      return skip(text, 4);
    default:
      return false;
  }
}

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    out += low ? static_cast<char>(*high * 16 + *low) : text[i];
    if (low) i += 2;
  }
  return out;
}

const std::string* find_field(const std::vector<client::Field>& fields, std::string_view name) {
  for (const client::Field& field : fields)
    if (match::same_name(field.name, name)) return &field.value;
  return nullptr;
}

const std::string* find_status_field(const client::HttpAnswer& answer, std::string_view name) {
  const std::string* value = find_field(answer.trailers, name);
  return value != nullptr ? value : find_field(answer.headers, name);
}

}  // namespace

std::string health_request(std::string_view service) {
  std::string message;
  if (!service.empty()) {
    message += static_cast<char>(1 << 3 | counted);  // field 1
    put_varint(message, service.size());
    message += service;
  }
  std::string frame(1, '\0');  // not compressed
  for (const unsigned shift : {24U, 16U, 8U, 0U}) frame += static_cast<char>(message.size() >> shift & 0xff);
  return frame + message;
}

Expected<std::string_view, std::string> only_message(std::string_view body) {
  if (body.size() < kFrameHead)
    return Unexpected(fmt::format("{} B where a frame begins with 5", body.size()));
  if (byte_at(body, 0) != 0) return Unexpected(std::string("a compressed message, which was not asked for"));
  std::uint64_t length = 0;
  for (std::size_t i = 1; i < kFrameHead; ++i) length = length << 8 | byte_at(body, i);
  body.remove_prefix(kFrameHead);
  if (length != body.size())
    return Unexpected(fmt::format("a frame of {} B, and {} B after its head", length, body.size()));
  return body;
}

std::optional<std::uint64_t> health_status(std::string_view message) {
  std::uint64_t status = 0;
  while (!message.empty()) {
    std::uint64_t tag = 0;
    if (!take_varint(message, tag)) return std::nullopt;
    const std::uint64_t field = tag >> 3, wire_type = tag & 7;
    if (field == 0) return std::nullopt;
    const bool is_status = field == 1 && wire_type == varint;
    if (!(is_status ? take_varint(message, status) : skip_field(message, wire_type))) return std::nullopt;
  }
  return status;
}

GrpcStatus grpc_status(const client::HttpAnswer& answer) {
  GrpcStatus status;
  const std::string* code = find_status_field(answer, "grpc-status");
  int number = 0;
  if (code != nullptr) {
    const char* end = code->data() + code->size();
    const auto [last, problem] = std::from_chars(code->data(), end, number);
    if (problem == std::errc() && last == end && number >= 0) status.code = number;
  }
  if (const std::string* message = find_status_field(answer, "grpc-message"))
    status.message = percent_decoded(*message);
  return status;
}

std::string_view grpc_code_name(int code) {
  const auto index = static_cast<std::size_t>(code);
  return code >= 0 && index < kCodes.size() ? kCodes[index] : "an unknown code";
}

}  // namespace assay::probes
