#include "probes/wire_redis.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

const std::string kBase = "kind: redis\naddress: db.example.com:6379\n";
const std::string kAnonymous = "PING without a password", kLogin = "PING with the password";
const std::string kNoAuth = "-NOAUTH Authentication required.\r\n", kOk = "+OK\r\n", kPong = "+PONG\r\n";
const std::string kMaster =
    "*3\r\n$6\r\nmaster\r\n:0\r\n*1\r\n*3\r\n$9\r\n127.0.0.1\r\n$4\r\n6380\r\n$1\r\n0\r\n";

std::string replica(const std::string& link) {
  return "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:6379\r\n$" + std::to_string(link.size()) + "\r\n" + link +
         "\r\n:-1\r\n";
}

}  // namespace

TEST_CASE("redis: nobody is let in without a password") {
  check_faults(
      made(kBase), {{kAnonymous, dialled({kNoAuth})}},
      {{kAnonymous, dialled({kPong}),
        "fail: PING without a password: expected NOAUTH, got PONG: it lets anyone in"},
       {kAnonymous, dialled({"-DENIED Redis is running in protected mode\r\n"}, Trouble::closed),
        "got protected mode"},
       {kAnonymous, dialled({"-LOADING Redis is loading the dataset in memory\r\n"}),
        "got it is still loading its data"},
       {kAnonymous, dialled({"-NOPERM this user has no permissions\r\n"}), "expected NOAUTH, got NOPERM"},
       {kAnonymous, dialled({"HTTP/1.1 400 Bad Request\r\n"}), "got an HTTP answer"},
       {kAnonymous, dialled({std::string("\x15\x03\x03\0\x02\x02\x46", 7)}, Trouble::closed),
        "this port speaks TLS"},
       {kAnonymous, dialled({kNoAuth + kPong}), "expected NOAUTH, as Redis answers"},
       {kAnonymous, dialled({""}, Trouble::timeout), "expected NOAUTH, as Redis answers, got timeout"}});
}

TEST_CASE("redis: a password is asked for, accepted, and shows the role") {
  const Probe probe = made(kBase + "password: geheim\nrole: master");
  const Answers healthy{{kAnonymous, dialled({kNoAuth})}, {kLogin, dialled({kOk, kPong, kMaster})}};
  check_faults(
      probe, healthy,
      {{kLogin, dialled({"-WRONGPASS invalid username-password pair\r\n"}),
        "fail: password: expected accepted, got WRONGPASS"},
       {kLogin, dialled({"-ERR AUTH <password> called without any password configured\r\n"}),
        "without any password configured"},
       {kLogin, dialled({kOk, "-LOADING Redis is loading\r\n"}), "expected PONG, got it is still loading"},
       {kLogin, dialled({kOk, kPong, replica("connected")}), "fail: role: expected master, got replica"},
       {kLogin, dialled({kOk, kPong, "-NOPERM no permissions to run 'role'\r\n"}),
        "expected master, got NOPERM"},
       {kLogin, dialled({kOk, kPong, "*2\r\n$6\r\nmas"}, Trouble::closed), "expected a role"},
       {kAnonymous, dialled({kPong}), "it lets anyone in"}});
  const auto asks = probe.kind->next(probe, {});
  const auto& moves = std::get<client::DialAsk>(asks.at(1).what).moves;
  CHECK(std::get<client::Say>(moves[0]).bytes == "*2\r\n$4\r\nAUTH\r\n$6\r\ngeheim\r\n");
}

TEST_CASE("redis: a replica must be connected to its master") {
  const Probe probe = made(kBase + "auth: none\nrole: replica");
  check_faults(probe, {{kAnonymous, dialled({kPong, replica("connected")})}},
               {{kAnonymous, dialled({kPong, replica("connecting")}),
                 "fail: link to its master: expected connected, got connecting"},
                {kAnonymous, dialled({kPong, kMaster}), "fail: role: expected replica, got master"},
                {kAnonymous, dialled({kNoAuth, kNoAuth}), "expected PONG, got NOAUTH"},
                {kAnonymous, dialled({"-MASTERDOWN Link with MASTER is down\r\n"}), "its master is down"}});
}

TEST_CASE("redis: over TLS") {
  check_faults(made(kBase + "tls: true"), {{kAnonymous, secured(dialled({kNoAuth}))}},
               {{kAnonymous, unsecured({}, "wrong version number"),
                 "expected a TLS handshake, got tls: wrong version"},
                {kAnonymous, trouble(Trouble::refused, "no"), "got refused"}});
}

TEST_CASE("redis: mistakes name their place") {
  check_mistake(kBase + "auth: none\npassword: x", "a server that asks for no password refuses one");
  check_mistake(kBase + "password: \"\"", "this password is empty");
  check_mistake(kBase + "role: master", "does not tell its role without");
  check_mistake(kBase + "password: x\nrole: slave", "\"role\" cannot be \"slave\"");
  check_mistake(kBase + "username: x", "a user logs in with a password");
  check_mistake(kBase + "verify: false", "this probe speaks no TLS");
}

TEST_CASE("redis: replies are whole or not, and broken ones end the wait") {
  for (std::size_t length = 0; length < kMaster.size(); ++length)
    CHECK_FALSE(resp_ended(kMaster.substr(0, length)));
  CHECK(resp_ended(kMaster));
  CHECK(parse_resp("$-1\r\n")->kind == RespValue::Kind::null);
  for (const std::string broken : {"x", "+OK\n", ":1x\r\n", "$5000000000\r\n", "*2000\r\n", "$-2\r\n",
                                   "$1\r\nxyz", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n+x\r\n"}) {
    CHECK_MESSAGE(resp_ended(broken), broken);
    CHECK_FALSE(parse_resp(broken));
  }
}
