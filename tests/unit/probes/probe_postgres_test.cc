#include "probes/wire_postgres.h"
#include "probes/wire_reader.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

std::string message(char type, const std::string& body) {
  std::string out(1, type);
  put_u32(out, static_cast<std::uint32_t>(body.size() + 4));
  return out + body;
}
std::string demand(std::uint32_t code, const std::string& rest = {}) {
  std::string body;
  put_u32(body, code);
  return message('R', body + rest);
}
std::string error(const std::string& code, const std::string& text) {
  using namespace std::string_literals;
  return message('E', "SFATAL\0VFATAL\0C"s + code + "\0M"s + text + "\0Fauth.c\0\0"s);
}

const std::string kScram = demand(10, std::string("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0", 34));
const std::string kNoEntry = error("28000", "no pg_hba.conf entry for host \"10.0.0.1\", no encryption");
const std::string kBase = "kind: postgres\naddress: db.example.com:5432\n";

}  // namespace

TEST_CASE("postgres: TLS is offered and a password demanded") {
  const std::string over = "session over TLS";
  client::Handshake distrusted = good_handshake();
  distrusted.trust_problem = "self-signed certificate";
  const Answers healthy{{"SSLRequest", dialled({"S"})}, {over, secured(dialled({"S", kScram}), distrusted)}};
  check_faults(
      made(kBase + "tls: offered\nauth: scram-sha-256"), healthy,
      {{"SSLRequest", dialled({"SX"}), "more bytes before the handshake"},
       {"SSLRequest", dialled({"HTTP/1.1 400 Bad Request\r\n"}), "got an HTTP answer"},
       {"SSLRequest", dialled({error("57P03", "the database system is starting up")}),
        "fail: SSLRequest: expected S or N, got FATAL 57P03: the database system is starting up"},
       {"SSLRequest", dialled({""}, Trouble::closed), "expected S or N, as PostgreSQL answers, got closed"},
       {over, secured(dialled({"S", demand(0)})),
        "fail: authentication: expected scram-sha-256, got trust: it lets "
        "anyone in as postgres"},
       {over, secured(dialled({"S", demand(5, "salt")})),
        "fail: authentication: expected scram-sha-256, got md5"},
       {over, secured(dialled({"S", demand(3)})), "expected scram-sha-256, got password"},
       {over, secured(dialled({"S", demand(99)})), "got method 99"},
       {over, secured(dialled({"S", kNoEntry})), "got FATAL 28000: no pg_hba.conf entry"},
       {over, secured(dialled({"S", error("53300", "too many clients already")})),
        "too many clients already"},
       {over, unsecured({"S"}, "alert 40"),
        "fail: session over TLS: expected a TLS handshake, got tls: alert 40"},
       {over, secured(dialled({"S", ""}, Trouble::timeout)),
        "expected a demand for credentials, got timeout"},
       {over, secured(dialled({"S", message('R', "ab")})), "expected a demand for credentials"}});
  CHECK(summary(judged(made(kBase + "tls: offered\nverify: true"), world(healthy))).find("self-signed") !=
        std::string::npos);
  CHECK(summary(judged(made(kBase + "tls: refused"), world(healthy))) ==
        "fail: TLS offered: expected no, got yes");
}

TEST_CASE("postgres: without TLS") {
  const std::string plain = "session without TLS";
  const Answers healthy{{"SSLRequest", dialled({"N"})}, {plain, dialled({demand(5, "salt")})}};
  check_faults(
      made(kBase + "tls: refused"), healthy,
      {{plain, dialled({demand(3)}), "warn: password on the wire: expected inside TLS, got in clear text"},
       {plain, dialled({demand(0) + error("28000", "role does not exist")}), "trust: it lets anyone in"}});
  CHECK(summary(judged(made(kBase + "tls: offered"), world(healthy))) ==
        "fail: TLS offered: expected yes, got no");
  CHECK(judged(made(kBase + "auth: trust"),
               world({{"SSLRequest", dialled({"N"})}, {plain, dialled({demand(0)})}}))
            .state() == ProbeState::pass);
}

TEST_CASE("postgres: TLS is required when a session without is refused") {
  const std::string plain = "session without TLS";
  const Answers healthy{{"SSLRequest", dialled({"S"})},
                        {"session over TLS", secured(dialled({"S", kScram}))},
                        {plain, dialled({kNoEntry}, Trouble::none)}};
  check_faults(
      made(kBase + "tls: required"), healthy,
      {{plain, dialled({kScram}), "fail: session without TLS: expected refused, got it asks for credentials"},
       {plain, dialled({demand(0)}), "expected refused, got it lets anyone in"},
       {plain, dialled({error("53300", "too many clients")}),
        "error: session without TLS: refused for another reason"},
       {plain, dialled({""}, Trouble::closed),
        "error: session without TLS: it closed the connection without"}});
}

TEST_CASE("postgres: mistakes name their place") {
  check_mistake(kBase + "tls: on", "\"tls\" cannot be \"on\"");
  check_mistake(kBase + "auth: scram", "\"auth\" cannot be \"scram\"");
  check_mistake(kBase + "tls: refused\nverify: true", "this probe speaks no TLS");
  check_mistake(kBase + "user: \"\"", "is not a name of PostgreSQL");
}

TEST_CASE("postgres: messages are whole or not, and broken ones end the wait") {
  for (std::size_t length = 0; length < kScram.size(); ++length)
    CHECK_FALSE(pg_message_ended(kScram.substr(0, length)));
  CHECK(pg_message_ended(kScram));
  CHECK(pg_message_ended("H"));
  CHECK(pg_message_ended("R\x7F\xFF\xFF\xFF"));
  CHECK(pg_ssl_answered("N"));
  CHECK_FALSE(pg_ssl_answered("E"));
  CHECK(std::holds_alternative<std::monostate>(parse_pg_reply(kScram.substr(0, kScram.size() - 1))));
  CHECK(std::holds_alternative<std::monostate>(parse_pg_reply(message('E', "Sunended"))));
  CHECK(pg_startup("u", "d") == std::string("\0\0\0\x1B\0\3\0\0user\0u\0database\0d\0\0", 27));
}
