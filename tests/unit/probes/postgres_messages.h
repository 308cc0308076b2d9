// Messages as PostgreSQL sends them during a login.
#pragma once
#include <cstdint>
#include <string>

#include "probes/wire_reader.h"

namespace assay::probes {

inline std::string pg_message(char type, const std::string& body) {
  std::string out(1, type);
  put_u32(out, static_cast<std::uint32_t>(body.size() + 4));
  return out + body;
}
inline std::string pg_demand(std::uint32_t code, const std::string& rest = {}) {
  std::string body;
  put_u32(body, code);
  return pg_message('R', body + rest);
}
inline std::string pg_error(const std::string& code, const std::string& text) {
  using namespace std::string_literals;
  return pg_message('E', "SFATAL\0VFATAL\0C"s + code + "\0M"s + text + "\0Fauth.c\0\0"s);
}
inline const std::string kPgReady = pg_message('Z', "I");

}  // namespace assay::probes
