// What an SSH server says before keys are exchanged: its banner and the algorithms that it offers (RFC 4253),
// and what OpenSSH's client tells of its login methods. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::probes {

struct SshAlgorithms {
  std::vector<std::string> kex, host_keys;
  std::vector<std::string> ciphers, macs;  // of either direction, without repetition
};
struct SshHello {
  std::string banner;  // "SSH-2.0-OpenSSH_9.2p1 Debian-2"
  std::optional<SshAlgorithms> algorithms;
};

// Both sides send their banner at once; ours must not wait for theirs.
std::string ssh_banner();
// Hear: until banner and KEXINIT are whole, or cannot become so.
bool ssh_hello_ended(std::string_view heard);
// Absent: no line starts with "SSH-".
std::optional<SshHello> parse_ssh_hello(std::string_view heard);

// Of `ssh -v`: "publickey,password" from its line "Authentications that can continue". Absent: it got not
// so far.
std::optional<std::vector<std::string>> ssh_methods(std::string_view log);

// `pattern` may hold "*" for any text, as in "*-cbc".
bool matches_wildcard(std::string_view pattern, std::string_view name);

}  // namespace assay::probes
