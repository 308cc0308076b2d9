#include "probes/wire_amqp.h"
#include "probes/wire_reader.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

std::string short_text(const std::string& text) { return static_cast<char>(text.size()) + text; }
std::string long_text(const std::string& text) {
  std::string out;
  put_u32(out, static_cast<std::uint32_t>(text.size()));
  return out + text;
}
std::string frame(std::uint16_t method, const std::string& arguments) {
  std::string payload;
  put_u16(payload, 10);
  put_u16(payload, method);
  return std::string("\1\0\0", 3) + long_text(payload + arguments) + '\xCE';
}
std::string start(const std::string& mechanisms, const std::string& product = "RabbitMQ") {
  const std::string capabilities = short_text("basic.nack") + "t\x01";
  const std::string table = short_text("capabilities") + "F" + long_text(capabilities) +
                            short_text("product") + "S" + long_text(product) + short_text("version") + "S" +
                            long_text("3.10.8");
  return frame(10, std::string("\0\x09", 2) + long_text(table) + long_text(mechanisms) + long_text("en_US"));
}
std::string close(std::uint16_t code, const std::string& text) {
  std::string arguments;
  put_u16(arguments, code);
  return frame(50, arguments + short_text(text) + std::string(4, '\0'));
}

const std::string kStart = start("PLAIN AMQPLAIN"), kTune = frame(30, std::string(8, '\1'));
const std::string kRefused = close(403, "ACCESS_REFUSED - Login was refused");
const std::string kBase = "kind: amqp\naddress: db.example.com:5672\n", kHello = "AMQP 0-9-1";

}  // namespace

TEST_CASE("amqp: what the broker offers") {
  const Probe probe =
      made(kBase + "product: RabbitMQ\nversion: { starts_with: \"3.10\" }\nmechanisms: [AMQPLAIN, PLAIN]");
  check_faults(
      probe, {{kHello, dialled({kStart})}},
      {{kHello, dialled({start("PLAIN AMQPLAIN ANONYMOUS")}), "(not wanted: anonymous)"},
       {kHello, dialled({start("PLAIN")}), "(missing: amqplain)"},
       {kHello, dialled({start("PLAIN AMQPLAIN", "Qpid")}),
        R"(fail: product: expected "RabbitMQ", got "Qpid")"},
       {kHello, dialled({std::string("AMQP\0\0\x09\x01", 8)}, Trouble::closed),
        "expected Connection.Start, got the header of AMQP 0-9-1: it does not accept ours"},
       {kHello, dialled({std::string("AMQP\0\1\0\0", 8)}), "got the header of AMQP 1.0"},
       {kHello, dialled({std::string("AMQP\3\1\0\0", 8)}), "got the header of AMQP 1.0 after SASL"},
       {kHello, dialled({"HTTP/1.1 400 Bad Request\r\n"}), "got an HTTP answer"},
       {kHello, dialled({close(320, "CONNECTION_FORCED - shutting down")}), "Connection.Close 320"},
       {kHello, dialled({kStart.substr(0, kStart.size() - 1) + "x"}), "expected Connection.Start, got"},
       {kHello, dialled({""}, Trouble::closed), "expected Connection.Start, got closed"}});
}

TEST_CASE("amqp: who is let in") {
  const Probe probe =
      made(kBase + "auth: { user: app, password: geheim }\nguest: refused\nanonymous: refused");
  const Answers healthy{{kHello, dialled({kStart})},
                        {"login as app", dialled({kStart, kTune})},
                        {"login as guest", dialled({kStart, kRefused})}};
  check_faults(
      probe, healthy,
      {{"login as app", dialled({kStart, kRefused}),
        "fail: login as app: expected accepted, got Connection.Close 403"},
       {"login as app", dialled({kStart, ""}, Trouble::closed), "expected accepted, got closed"},
       {"login as guest", dialled({kStart, kTune}), "fail: login as guest: expected refused, got accepted"},
       {"login as guest", dialled({kStart, ""}, Trouble::timeout), "expected refused, got timeout"},
       {"login as guest", dialled({kStart, close(541, "INTERNAL_ERROR")}),
        "expected refused, got Connection.Close 541"},
       {"login as guest", trouble(Trouble::refused, "gone"), "expected refused, got refused: gone"},
       {"login as guest", dialled({kStart, ""}, Trouble::closed), "pass"}});
  const Answers open{{kHello, dialled({start("PLAIN ANONYMOUS")})},
                     {"login as app", dialled({kStart, kTune})},
                     {"login as guest", dialled({kStart, kRefused})},
                     {"anonymous login", dialled({kStart, kTune})}};
  CHECK(summary(judged(probe, world(open))) == "fail: anonymous login: expected refused, got accepted");
  CHECK(summary(judged(made(kBase + "auth: { user: app, password: x }"),
                       world({{kHello, dialled({start("EXTERNAL")})}}))) ==
        "fail: login as app: expected accepted, got PLAIN is not offered, but EXTERNAL");
}

TEST_CASE("amqp: over TLS, on its own port") {
  const Probe probe = made("kind: amqp\ntls: true", "https://db.example.com");
  CHECK(std::get<client::DialAsk>(probe.kind->next(probe, {})[0].what).port == 5671);
  check_faults(probe, {{kHello, secured(dialled({kStart}))}},
               {{kHello, unsecured({}, "alert 42"), "expected a TLS handshake, got tls: alert 42"}});
}

TEST_CASE("amqp: mistakes name their place") {
  check_mistake(kBase + "guest: allowed", "\"guest\" cannot be \"allowed\"");
  check_mistake(kBase + "auth: { user: app }", "\"password\" is missing");
  check_mistake(kBase + "auth: { user: app, pasword: x }", "did you mean \"password\"?");
  check_mistake(kBase + "auth: { user: guest, password: guest }\nguest: refused",
                "guest cannot be accepted and refused");
  check_mistake(kBase + "mechanisms: []", "mechanisms");
}

TEST_CASE("amqp: frames are whole or not, and broken ones end the wait") {
  for (std::size_t length = 0; length < kStart.size(); ++length)
    CHECK_FALSE(amqp_ended(kStart.substr(0, length)));
  CHECK(amqp_ended(kStart));
  CHECK_FALSE(amqp_ended("AMQP"));
  CHECK(amqp_ended("AMX"));
  CHECK(amqp_ended(std::string("\1\0\0\x7F\xFF\xFF\xFF", 7)));
  CHECK(amqp_ended("HTTP"));
  const std::string odd =
      std::string("\0\x09", 2) + long_text(short_text("x") + "?") + long_text("PLAIN") + long_text("");
  CHECK(std::holds_alternative<std::monostate>(parse_amqp(frame(10, odd))));
  CHECK(amqp_start_ok("PLAIN", amqp_plain("u", "p")).find(std::string("\0u\0p", 4)) != std::string::npos);
}
