#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

TEST_CASE("tcp: a port that accepts connections") {
  check_faults(
      made("kind: tcp\naddress: db.example.com:7"), {{"port 7", dialled({})}},
      {{"port 7", trouble(Trouble::refused, "nobody"), "fail: port 7: expected a connection, got refused"},
       {"port 7", trouble(Trouble::timeout, "silence"), "fail: port 7: expected a connection, got timeout"},
       {"port 7", trouble(Trouble::name, "NXDOMAIN"), "error: port 7: name: NXDOMAIN"}});
}

TEST_CASE("tcp: what is heard is judged by matchers") {
  const Probe probe =
      made("kind: tcp\naddress: db.example.com:7\nsend: \"hello\\n\"\nexpect: { starts_with: hel }");
  const auto asks = probe.kind->next(probe, {});
  const auto& moves = std::get<client::DialAsk>(asks[0].what).moves;
  REQUIRE(moves.size() == 2);
  CHECK(std::get<client::Say>(moves[0]).bytes == "hello\n");
  check_faults(
      probe, {{"port 7", dialled({"hello\r\nmore"})}},
      {{"port 7", dialled({"bye\n"}), R"(fail: answer: expected text starting with "hel", got "bye")"},
       {"port 7", dialled({"hel"}, Trouble::timeout), R"(expected a line, got "hel", then timeout)"},
       {"port 7", dialled({""}, Trouble::closed), "expected a line, got closed"}});
  const Probe exact = made("kind: tcp\naddress: db.example.com:7\nexpect: \"+PONG\"");
  CHECK(judged(exact, world({{"port 7", dialled({"+PONG\r\n"})}})).state() == ProbeState::pass);
}

TEST_CASE("tcp: until a close, or whatever comes first") {
  const Probe whole = made("kind: tcp\naddress: db.example.com:7\nuntil: close\nexpect: { ends_with: end }");
  check_faults(whole, {{"port 7", dialled({"to the\nend"})}},
               {{"port 7", dialled({"to the\nend"}, Trouble::timeout), "expected an answer and a close"},
                {"port 7", dialled({"too short"}), "expected text ending with"}});
  const Probe any = made("kind: tcp\naddress: db.example.com:7\nuntil: any\nexpect: { starts_with: x }");
  check_faults(any, {{"port 7", dialled({"x"})}},
               {{"port 7", dialled({""}, Trouble::timeout), "expected an answer, got timeout"}});
}

TEST_CASE("tcp: TLS with a certificate that is trusted and for the name") {
  const Probe probe = made("kind: tcp\naddress: db.example.com:7\ntls: true");
  client::Handshake distrusted = good_handshake(), other = good_handshake();
  distrusted.trust_problem = "self-signed certificate";
  other.name_matches = false;
  other.chain[0].names = {"other.example.com"};
  check_faults(probe, {{"port 7", secured(dialled({}))}},
               {{"port 7", secured(dialled({}), distrusted),
                 "fail: certificate: expected trusted, got self-signed certificate"},
                {"port 7", secured(dialled({}), other),
                 "fail: certificate's name: expected for db.example.com, got for other.example.com"},
                {"port 7", unsecured({}, "alert 40"), "expected a TLS handshake, got tls: alert 40"}});
  const Probe trusting = made("kind: tcp\naddress: db.example.com:7\ntls: true\nverify: false");
  CHECK(judged(trusting, world({{"port 7", secured(dialled({}), distrusted)}})).state() == ProbeState::pass);
}

TEST_CASE("tcp: a closed port is refused or filtered, and silence needs a control") {
  const client::Answer open = dialled({}), refused = trouble(Trouble::refused, "no");
  const client::Answer silent = trouble(Trouble::timeout, "silence");
  check_faults(made("kind: tcp\naddress: db.example.com:7\nclosed: refused"), {{"port 7", refused}},
               {{"port 7", silent, "fail: port 7: expected refused, got filtered"},
                {"port 7", open, "fail: port 7: expected refused, got open"},
                {"port 7", trouble(Trouble::local, "no descriptor"), "error: port 7: local"}});
  check_faults(
      made("kind: tcp\naddress: db.example.com:7\nclosed: filtered\ncontrol: 443"),
      {{"port 7", silent}, {"port 443", open}},
      {{"port 7", refused, "fail: port 7: expected filtered, got refused"},
       {"port 443", silent, "error: port 7: no answer, but port 443 of the same machine is filtered too"},
       {"port 443", refused, "error: port 7: no answer, but port 443"}});
  const Probe own = made("kind: tcp\naddress: 127.0.0.1:5432\nclosed: either");
  check_faults(own, {{"port 5432", refused}, {"port 8080", open}},
               {{"port 5432", open, "expected refused or filtered, got open"},
                {"port 8080", silent, "pass"}});  // the refusal proves that the machine is there
}

TEST_CASE("tcp: mistakes name their place") {
  const std::string base = "kind: tcp\naddress: db.example.com:7\n";
  check_mistake(base + "send: x", "what is sent proves nothing unless an answer is expected");
  check_mistake(base + "until: close", "\"until\" says how much \"expect\" looks at");
  check_mistake(base + "verify: true", "this probe speaks no TLS");
  check_mistake(base + "closed: either", "a machine that is down would look closed too");
  check_mistake(base + "closed: filtered\ncontrol: 7", "a machine that is down would look closed too");
  check_mistake(base + "closed: refused\ncontrol: 443", "a refused connection proves by itself");
  check_mistake(base + "closed: refused\nexpect: x", "nothing can be heard from a port that must be closed");
  check_mistake(base + "control: 443", "\"control\" belongs to a port that must be closed");
  check_mistake(base + "closed: filterd", "did you mean \"filtered\"?");
  check_mistake(base + "closed: filtered\ncontrol: 443\nconnect_to: 10.0.0.1:7", "connect_to names one port");
  check_mistake(base + "expect: { matches: \"(\" }", "(");
}
