#include <algorithm>

#include "probes/wire_reader.h"
#include "probes/wire_ssh.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

const std::string kBanner = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n";
const std::string kGoodKex = "curve25519-sha256,kex-strict-s-v00@openssh.com", kGoodKey = "ssh-ed25519";
const std::string kGoodCipher = "chacha20-poly1305@openssh.com,aes256-ctr",
                  kGoodMac = "hmac-sha2-256,hmac-sha1";

std::string kexinit(const std::string& kex, const std::string& key, const std::string& cipher,
                    const std::string& mac) {
  std::string payload = '\x14' + std::string(16, 'c');
  for (const std::string& list :
       {kex, key, cipher, cipher, mac, mac, std::string("none"), std::string("none")}) {
    put_u32(payload, static_cast<std::uint32_t>(list.size()));
    payload += list;
  }
  payload += std::string(4 + 4 + 1 + 4, '\0');  // no languages, no guess, reserved
  const std::string padding(8, '\0');
  std::string packet;
  put_u32(packet, static_cast<std::uint32_t>(1 + payload.size() + padding.size()));
  return packet + '\x08' + payload + padding;
}

const std::string kGood = kBanner + kexinit(kGoodKex, kGoodKey, kGoodCipher, kGoodMac);

client::Answer ran(std::string log, int code = 255) {
  client::Answer answer;
  answer.what = client::CommandAnswer{code, std::nullopt, "", std::move(log)};
  return answer;
}

}  // namespace

TEST_CASE("ssh: banner and algorithms") {
  const Probe probe = made("kind: ssh\naddress: db.example.com:22\nbanner: { contains: OpenSSH }");
  const auto with = [&](const std::string& kex, const std::string& key, const std::string& cipher,
                        const std::string& mac) {
    return dialled({kBanner + kexinit(kex, key, cipher, mac)});
  };
  const std::string label = "SSH banner";
  const std::string weak = "fail: algorithms: expected nothing weak or forbidden, got ";
  check_faults(
      probe, {{label, dialled({kGood})}},
      {{label, with(kGoodKex + ",diffie-hellman-group1-sha1", kGoodKey, kGoodCipher, kGoodMac),
        weak + "key exchange diffie-hellman-group1-sha1"},
       {label, with(kGoodKex, "ssh-rsa,ssh-ed25519", kGoodCipher, kGoodMac), weak + "host key ssh-rsa"},
       {label, with(kGoodKex, "ssh-dss", kGoodCipher, kGoodMac), weak + "host key ssh-dss"},
       {label, with(kGoodKex, kGoodKey, "aes128-ctr,3des-cbc,arcfour256", kGoodMac),
        weak + "cipher 3des-cbc, cipher arcfour256"},
       {label, with(kGoodKex, kGoodKey, kGoodCipher, "hmac-md5-etm@openssh.com"), weak + "mac hmac-md5-etm"},
       {label, dialled({"SSH-1.99-OpenSSH_3.9\r\n" + kGood.substr(kBanner.size())}),
        "fail: SSH version: expected 2.0 alone, got SSH-1.99-OpenSSH_3.9"},
       {label, dialled({"SSH-2.0-dropbear\r\n" + kGood.substr(kBanner.size())}),
        "fail: banner: expected text containing"},
       {label, dialled({"HTTP/1.1 400 Bad Request\r\n\r\n"}, Trouble::closed), "got an HTTP answer"},
       {label, dialled({"Not allowed at this time\r\n"}, Trouble::closed), "Not allowed at this time"},
       {label, dialled({kBanner}, Trouble::closed), "expected a list of algorithms, got closed"},
       {label, dialled({kBanner + std::string("\0\0\0\x0c\x04garbagegarba", 17)}),
        "something else after the banner"},
       {label, trouble(Trouble::refused, "no"), "fail: SSH banner: expected an SSH banner, got refused"}});
  CHECK(judged(probe, world({{label, dialled({"Welcome\r\n" + kGood})}})).state() == ProbeState::pass);
}

TEST_CASE("ssh: the login methods that are offered, without a credential") {
  const Probe probe = made("kind: ssh\naddress: db.example.com:2222\nmethods: [publickey]\nuser: deploy");
  const std::string line = "debug1: Authentications that can continue: ";
  const Answers healthy{{"SSH banner", dialled({kGood})},
                        {"login methods", ran("debug1: x\n" + line + "publickey\r\nbye\n")}};
  check_faults(probe, healthy,
               {{"login methods", ran(line + "publickey,password\n"),
                 "fail: login methods: expected publickey, got publickey, password (not wanted: password)"},
                {"login methods", ran(line + "password\n"), "(not wanted: password) (missing: publickey)"},
                {"login methods", ran("Authenticated to db using \"none\".\n", 0),
                 "it lets deploy in without a credential"},
                {"login methods", ran("Unable to negotiate: no matching host key type found.\n"),
                 "error: login methods: ssh got no list of them: Unable to negotiate"},
                {"login methods", trouble(Trouble::local, "no such program: ssh"),
                 "error: login methods: ssh did not run"}});
  std::vector<Exchange> first{{probe.kind->next(probe, {})[0], dialled({kGood})}};
  const auto asks = probe.kind->next(probe, first);
  const auto& argv = std::get<client::CommandAsk>(asks.at(0).what).argv;
  CHECK(argv[0] == "ssh");
  CHECK(std::find(argv.begin(), argv.end(), "PreferredAuthentications=none") != argv.end());
  CHECK(std::vector<std::string>(argv.end() - 3, argv.end()) ==
        std::vector<std::string>{"--", "db.example.com", "exit"});
}

TEST_CASE("ssh: a list of one's own replaces the weak ones") {
  const Probe probe = made("kind: ssh\naddress: db.example.com:22\nforbid_algorithms: [\"hmac-sha1*\"]");
  CHECK(summary(judged(probe, world({{"SSH banner", dialled({kGood})}}))) ==
        "fail: algorithms: expected nothing weak or forbidden, got mac hmac-sha1");
}

TEST_CASE("ssh: mistakes name their place") {
  const std::string base = "kind: ssh\naddress: db.example.com:22\n";
  check_mistake(base + "methods: [public-key]", "did you mean \"publickey\"?");
  check_mistake(base + "methods: []", "methods");
  check_mistake(base + "methods: [publickey]\nuser: \"-oProxyCommand=x\"", "is not a user's name");
  check_mistake(base + "user: root", "\"user\" is only named to ask for login methods");
}

TEST_CASE("ssh: a greeting is whole with its list of algorithms, not before") {
  for (std::size_t length = 0; length < kGood.size(); ++length)
    CHECK_FALSE(ssh_hello_ended(kGood.substr(0, length)));
  CHECK(ssh_hello_ended(kGood));
  CHECK(ssh_hello_ended(kBanner + "\xFF\xFF\xFF\xFF"));  // no packet is that long
  CHECK(ssh_hello_ended(std::string(2000, 'x')));
  CHECK(ssh_hello_ended(std::string(60, '\n')));
  CHECK(matches_wildcard("*-cbc", "aes128-cbc"));
  CHECK(matches_wildcard("gss-*-sha1-*", "gss-gex-sha1-toWM5Slw=="));
  CHECK_FALSE(matches_wildcard("ssh-rsa", "rsa-sha2-256"));
  CHECK_FALSE(matches_wildcard("arcfour*", "xarcfour"));
}
