#include "probes/wire_ssh.h"

#include <algorithm>

#include "probes/wire_reader.h"

namespace assay::probes {
namespace {

constexpr std::size_t kLongestLine = 1024, kMostLines = 50, kCookieBytes = 16;
constexpr std::uint32_t kShortestPacket = 12, kLongestPacket = 35000;  // RFC 4253, section 6.1
constexpr std::uint8_t kKexInit = 20;
constexpr std::string_view kMethodsLine = "Authentications that can continue: ";

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> list;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (comma > 0) list.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return list;
}

void add_new(std::vector<std::string>& to, std::vector<std::string> more) {
  for (std::string& name : more)
    if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(std::move(name));
}

// Other lines may come before the banner.
struct Opening {
  enum class Is : unsigned char { waiting, there, hopeless };
  Is is = Is::waiting;
  std::string_view banner, rest;
};

Opening find_banner(std::string_view heard) {
  for (std::size_t line = 0; line < kMostLines; ++line) {
    const std::size_t end = heard.find('\n');
    if (end == std::string_view::npos)
      return {heard.size() > kLongestLine ? Opening::Is::hopeless : Opening::Is::waiting, {}, {}};
    if (heard.starts_with("SSH-")) {
      std::string_view banner = heard.substr(0, end);
      if (banner.ends_with('\r')) banner.remove_suffix(1);
      return {Opening::Is::there, banner, heard.substr(end + 1)};
    }
    heard.remove_prefix(end + 1);
  }
  return {Opening::Is::hopeless, {}, {}};
}

std::optional<SshAlgorithms> parse_kexinit(std::string_view packet) {
  WireReader outer(packet);
  const std::uint32_t length = outer.u32();
  const std::uint8_t padding = outer.u8();
  if (length < kShortestPacket || length > kLongestPacket || padding + 1U > length) return std::nullopt;
  WireReader reader(outer.take(length - 1U - padding));
  if (!outer.ok() || reader.u8() != kKexInit) return std::nullopt;
  reader.take(kCookieBytes);
  SshAlgorithms found;
  found.kex = split(reader.long_text());
  found.host_keys = split(reader.long_text());
  for (std::vector<std::string>* list : {&found.ciphers, &found.ciphers, &found.macs, &found.macs})
    add_new(*list, split(reader.long_text()));
  if (!reader.ok() || found.kex.empty() || found.host_keys.empty() || found.ciphers.empty())
    return std::nullopt;
  return found;
}

}  // namespace

std::string ssh_banner() { return "SSH-2.0-assay\r\n"; }

bool ssh_hello_ended(std::string_view heard) {
  const Opening opening = find_banner(heard);
  if (opening.is != Opening::Is::there) return opening.is == Opening::Is::hopeless;
  if (opening.rest.size() < 4) return false;
  const std::uint32_t length = WireReader(opening.rest).u32();
  return length > kLongestPacket || opening.rest.size() - 4 >= length;
}

std::optional<SshHello> parse_ssh_hello(std::string_view heard) {
  const Opening opening = find_banner(heard);
  if (opening.is != Opening::Is::there) return std::nullopt;
  return SshHello{std::string(opening.banner), parse_kexinit(opening.rest)};
}

std::optional<std::vector<std::string>> ssh_methods(std::string_view log) {
  const std::size_t at = log.find(kMethodsLine);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = log.substr(at + kMethodsLine.size());
  return split(rest.substr(0, rest.find_first_of("\r\n")));
}

bool matches_wildcard(std::string_view pattern, std::string_view name) {
  std::size_t at = 0, star = std::string_view::npos, tried = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      tried = i;
    } else if (at < pattern.size() && pattern[at] == name[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace assay::probes
