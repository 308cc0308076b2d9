// RESP 2, the protocol of Redis, as far as a probe needs it: commands out, one reply in. Pure; a reply is
// bounded in depth and length before anything is kept.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::probes {

struct RespValue {
  enum class Kind : std::uint8_t { simple, error, integer, bulk, null, array };
  Kind kind = Kind::null;
  std::string text;  // of all but an array
  std::vector<RespValue> items;

  bool is_error(std::string_view code) const;  // "NOAUTH"
  bool is_text() const { return kind == Kind::simple || kind == Kind::bulk; }
};

std::string resp_command(std::initializer_list<std::string_view> words);

// Hear: until a reply is whole, or cannot become one.
bool resp_ended(std::string_view heard);
// Exactly one reply; absent: it is none, or not whole.
std::optional<RespValue> parse_resp(std::string_view heard);

}  // namespace assay::probes
