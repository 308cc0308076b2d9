#include "probes/probe_ssh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/request_keys.h"
#include "probes/text_expectation.h"
#include "probes/wire_ssh.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address", "banner", "methods", "forbid_algorithms", "user"};
constexpr std::uint16_t kUsualPort = 22;
// RFC 9142 and OpenSSH's own list of what it no longer offers.
constexpr std::string_view kWeak[] = {"diffie-hellman-group1-sha1",
                                      "diffie-hellman-group-exchange-sha1",
                                      "gss-*-sha1-*",
                                      "rsa1024-sha1",
                                      "ssh-dss*",
                                      "ssh-rsa",
                                      "ssh-rsa-cert*",
                                      "arcfour*",
                                      "blowfish*",
                                      "cast128*",
                                      "*-cbc",
                                      "des*",
                                      "rijndael-cbc@*",
                                      "hmac-md5*",
                                      "hmac-sha1-96*",
                                      "hmac-ripemd160*",
                                      "none"};
constexpr std::string_view kMethodNames[] = {"publickey", "password",        "keyboard-interactive",
                                             "hostbased", "gssapi-with-mic", "gssapi-keyex"};

struct Settings final : config::ProbeSettings {
  TextExpectation banner;
  std::optional<std::vector<std::string>> methods;
  std::vector<std::string> forbidden{std::begin(kWeak), std::end(kWeak)};
  std::string user = "assay-probe";
};

void read_methods(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("methods");
  if (node == nullptr) return;
  settings.methods = read_texts(reading, *node, "methods");
  for (const std::string& method : *settings.methods) {
    if (std::find(std::begin(kMethodNames), std::end(kMethodNames), method) != std::end(kMethodNames))
      continue;
    std::string hint = did_you_mean(method, std::span<const std::string_view>(kMethodNames));
    if (hint.empty()) hint = "SSH calls them publickey, password, keyboard-interactive, ...";
    reading.error(*node, config::in_quotes(method) + " is not a login method", std::move(hint));
  }
}

// It becomes an argument of ssh, which must not take it for an option.
void read_user(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("user");
  if (node == nullptr) return;
  config::assign(settings.user, config::read_text(reading.context, *node, "user"));
  const bool plain = std::all_of(settings.user.begin(), settings.user.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  });
  if (settings.user.empty() || !plain || settings.user[0] == '-')
    reading.error(*node, config::in_quotes(settings.user) + " is not a user's name",
                  "use letters, digits, \".\", \"_\" and \"-\"");
  if (!settings.methods)
    reading.error(*node, "\"user\" is only named to ask for login methods", "add methods: [publickey]");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_address(reading, kUsualPort);
  settings->banner = read_text_expectation(reading, "banner");
  read_methods(reading, *settings);
  if (const config::Node* node = reading.find("forbid_algorithms"))
    settings->forbidden = read_texts(reading, *node, "forbid_algorithms");
  read_user(reading, *settings);
  if (settings->methods && reading.spec.connect_to.starts_with("unix:"))
    reading.error(*reading.find("methods"), "ssh does not reach a unix socket", "write address: \"HOST:22\"");
  return settings;
}

// Where ssh connects; it does its own resolving, and knows nothing of connect_to.
struct Reach {
  std::string host, port;
};

Reach reach(const Probe& probe) {
  const std::string& other = probe.access.connect_to;
  Reach reach{probe.spec.host, std::to_string(probe.spec.port)};
  if (!other.empty()) {
    const std::size_t colon = other.rfind(':');
    reach = {other.substr(0, colon), other.substr(colon + 1)};
    if (reach.host.starts_with('[')) reach.host = reach.host.substr(1, reach.host.size() - 2);
  }
  const auto known = probe.access.resolve.find(reach.host);
  if (known != probe.access.resolve.end()) reach.host = known->second;
  return reach;
}

// A full key exchange, then the login method "none", which holds no credential. Nothing of this user's own
// configuration, keys or known hosts is read or written. Where "none" is enough to get in, it leaves at once.
client::Ask methods_ask(const Probe& probe, const Settings& settings) {
  const Reach to = reach(probe);
  std::vector<std::string> argv{"ssh", "-F", "none", "-v", "-T", "-n", "-p", to.port, "-l", settings.user};
  for (const std::string_view option :
       {"BatchMode=yes", "PreferredAuthentications=none", "IdentityAgent=none", "IdentitiesOnly=yes",
        "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null",
        "LogLevel=DEBUG1"}) {
    argv.insert(argv.end(), {"-o", std::string(option)});
  }
  argv.insert(argv.end(), {"--", to.host, "exit"});
  return {"login methods", client::CommandAsk{std::move(argv), {}, {{"LC_ALL", "C"}}}};
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty())
    return {dial(probe, "SSH banner", {client::Say{ssh_banner()}, client::Hear{ssh_hello_ended}})};
  if (so_far.size() == 1 && settings.methods && parse_ssh_hello(heard(so_far[0].answer, 0)))
    return {methods_ask(probe, settings)};
  return {};
}

bool is_forbidden(const Settings& settings, const std::string& name) {
  return std::any_of(settings.forbidden.begin(), settings.forbidden.end(),
                     [&](const std::string& pattern) { return matches_wildcard(pattern, name); });
}

void judge_algorithms(const Settings& settings, const SshAlgorithms& offered, Judgement& judgement) {
  std::vector<std::string> found;
  const auto look = [&](std::string_view kind, const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (is_forbidden(settings, name)) found.push_back(fmt::format("{} {}", kind, name));
  };
  look("key exchange", offered.kex);
  look("host key", offered.host_keys);
  look("cipher", offered.ciphers);
  look("mac", offered.macs);
  judgement.require(
      found.empty(), "algorithms", "nothing weak or forbidden",
      found.empty() ? fmt::format("key exchange {}; host key {}; cipher {}; mac {}", listed(offered.kex),
                                  listed(offered.host_keys), listed(offered.ciphers), listed(offered.macs))
                    : listed(found));
}

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

void judge_methods(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  const client::CommandAnswer* ran = answer.command();
  if (ran == nullptr) return judgement.could_not(ask.label, "ssh did not run: " + answer.problem);
  if (ran->err.find("using \"none\"") != std::string::npos) {
    judgement.add(ProbeState::fail, ask.label, listed(*settings.methods),
                  fmt::format("none: it lets {} in without a credential", settings.user));
    return;
  }
  const std::optional<std::vector<std::string>> offered = ssh_methods(ran->err);
  if (offered) return judge_exact_set(ask.label, *settings.methods, *offered, judgement);
  if (answer.trouble == client::Trouble::timeout) {  // after a banner: the server is there, and silent
    judgement.trouble(ask, answer, listed(*settings.methods));
    return;
  }
  judgement.could_not(ask.label, answer.ok() ? "ssh got no list of them: " + last_line(ran->err)
                                             : fmt::format("{}: {}", name(answer.trouble), answer.problem));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  const std::string_view text = heard(all[0].answer, 0);
  const std::optional<SshHello> hello = parse_ssh_hello(text);
  if (!hello) {
    judge_no_reply(all[0], text, "an SSH banner", judgement);
    return judgement;
  }
  judgement.require(hello->banner.starts_with("SSH-2.0-"), "SSH version", "2.0 alone", hello->banner);
  settings.banner.judge(probe, "banner", hello->banner, judgement);
  if (hello->algorithms) {
    judge_algorithms(settings, *hello->algorithms, judgement);
  } else if (!judgement.trouble(all[0].ask, all[0].answer, "a list of algorithms")) {
    judgement.add(ProbeState::fail, "algorithms", "a list of algorithms", "something else after the banner");
  }
  if (all.size() > 1) judge_methods(settings, all[1], judgement);
  return judgement;
}

}  // namespace

const Kind kSsh{.form = {.name = "ssh", .keys = kKeys, .read = read, .needs_url = false},
                .purpose = "an SSH server offers these login methods and no weak algorithm",
                .next = next,
                .judge = judge};

}  // namespace assay::probes
