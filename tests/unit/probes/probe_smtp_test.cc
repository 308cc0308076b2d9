#include "probes/wire_smtp.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

const std::string kBase = "kind: smtp\naddress: db.example.com:25\n";
const std::string kBanner = "220 mail.example.com ESMTP Postfix\r\n",
                  kGo = "220 2.0.0 Ready to start TLS\r\n";
const std::string kEhlo = "250-mail.example.com\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n250 8BITMIME\r\n";
const std::string kSecure = "250-mail.example.com\r\n250-SIZE 10240000\r\n250 AUTH PLAIN LOGIN\r\n";
const std::string kOk = "250 2.1.0 Ok\r\n", kDenied = "554 5.7.1 <x>: Relay access denied\r\n";
const std::string kMust = "530 5.7.0 Must issue a STARTTLS command first\r\n";

}  // namespace

TEST_CASE("smtp: STARTTLS, mechanisms only after it, and no mail before it") {
  const Probe probe = made(kBase +
                           "starttls: required\nauth: [PLAIN, LOGIN]\nsize_limit: 10240kB\n"
                           "banner: { starts_with: mail.example.com }");
  const std::string plain = "MAIL without TLS";
  const Answers healthy{{"EHLO", dialled({kBanner, kEhlo})},
                        {"STARTTLS", secured(dialled({kBanner, kEhlo, kGo, kSecure}))},
                        {plain, dialled({kBanner, kEhlo, kMust})}};
  const auto after = [&](const std::string& ehlo) { return secured(dialled({kBanner, kEhlo, kGo, ehlo})); };
  check_faults(
      probe, healthy,
      {{"EHLO", dialled({kBanner, "250-mail\r\n250 SIZE 10240000\r\n"}),
        "fail: STARTTLS offered: expected yes, got no"},
       {"EHLO", dialled({kBanner, "250-m\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 AUTH=PLAIN\r\n"}),
        "fail: login before TLS: expected not offered, got AUTH PLAIN"},
       {"EHLO", dialled({"554 5.3.2 No SMTP service here\r\n"}, Trouble::closed),
        "fail: banner: expected 220, got 554"},
       {"EHLO", dialled({"220 other.example.com\r\n", kEhlo}), "fail: banner: expected text starting with"},
       {"EHLO", dialled({kBanner, "502 5.5.2 Error\r\n"}), "fail: EHLO: expected 250, got 502"},
       {"EHLO", dialled({kBanner, ""}, Trouble::closed), "expected 250 to EHLO, got closed"},
       {"EHLO", dialled({"HTTP/1.1 400 Bad\r\n"}), "expected 220, as SMTP greets, got an HTTP answer"},
       {"EHLO", dialled({""}, Trouble::timeout), "expected 220, as SMTP greets, got timeout"},
       {"STARTTLS", unsecured({kBanner, kEhlo, "454 4.7.0 TLS not available\r\n"}, "wrong version"),
        "fail: STARTTLS: expected 220, got 454 4.7.0 TLS not available"},
       {"STARTTLS", secured(dialled({kBanner, kEhlo, kGo + "250 injected\r\n", kSecure})),
        "expected 220 alone to STARTTLS"},
       {"STARTTLS", unsecured({kBanner, kEhlo, kGo}, "alert 40"),
        "expected a TLS handshake, got tls: alert 40"},
       {"STARTTLS", after("250-m\r\n250-SIZE 10240000\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n"),
        "(not wanted: cram-md5)"},
       {"STARTTLS", after("250-m\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n"),
        "fail: size limit: expected 10240000 B"},
       {"STARTTLS", after("250-m\r\n250-SIZE 0\r\n250 AUTH PLAIN LOGIN\r\n"), "got none stated"},
       {"STARTTLS", after("250-m\r\n250-STARTTLS\r\n250-SIZE 10240000\r\n250 AUTH PLAIN LOGIN\r\n"),
        "STARTTLS within TLS"},
       {"STARTTLS", after("250-m\r\n251 x\r\n"), "expected 250 to EHLO after TLS"},
       {plain, dialled({kBanner, kEhlo, kOk}), "fail: MAIL without TLS: expected refused, got 250 2.1.0 Ok"},
       {plain, dialled({kBanner, kEhlo, "451 4.3.0 Try again\r\n"}), "error: MAIL without TLS: put off"}});
}

TEST_CASE("smtp: no open relay") {
  const Probe probe =
      made(kBase + "starttls: none\nauth: none\nrelay: refused\nrelay_to: someone@example.org");
  const std::string ehlo = "250-mail.example.com\r\n250 8BITMIME\r\n";
  const Answers healthy{{"EHLO", dialled({kBanner, ehlo})},
                        {"relay", dialled({kBanner, ehlo, kOk, kDenied, kOk})}};
  check_faults(probe, healthy,
               {{"relay", dialled({kBanner, ehlo, kOk, "250 2.1.5 Ok\r\n", kOk}),
                 "fail: relay to someone@example.org: expected refused, got accepted, as an open relay does: "
                 "250 2.1.5 Ok"},
                {"relay", dialled({kBanner, ehlo, kOk, "454 4.7.1 Relay access denied\r\n", kOk}),
                 "error: relay to someone@example.org: put off"},
                {"relay", dialled({kBanner, ehlo, "550 5.1.8 Sender rejected\r\n"}),
                 "error: relay to someone@example.org: MAIL was refused"},
                {"relay", dialled({kBanner, ehlo, kOk, ""}, Trouble::closed),
                 "expected an answer to RCPT, got closed"},
                {"EHLO", dialled({kBanner, kEhlo}), "fail: STARTTLS offered: expected no, got yes"},
                {"EHLO", dialled({kBanner, "250-m\r\n250 AUTH LOGIN\r\n"}),
                 "fail: login mechanisms: expected none, got LOGIN"}});
  const auto asks = probe.kind->next(
      probe, std::vector<Exchange>{{probe.kind->next(probe, {})[0], dialled({kBanner, ehlo})}});
  for (const client::Move& move : std::get<client::DialAsk>(asks.at(0).what).moves) {
    if (const auto* say = std::get_if<client::Say>(&move))
      CHECK(say->bytes.find("DATA") == std::string::npos);
  }
}

TEST_CASE("smtp: TLS from the start, and a relay tried behind STARTTLS") {
  check_faults(made(kBase + "tls: true"), {{"EHLO", secured(dialled({kBanner, kSecure}))}},
               {{"EHLO", unsecured({}, "wrong version number"), "expected a TLS handshake"}});
  check_faults(made(kBase + "relay: refused"),
               {{"EHLO", dialled({kBanner, kEhlo})},
                {"STARTTLS", secured(dialled({kBanner, kEhlo, kGo, kSecure, kOk, kDenied, kOk}))}},
               {{"STARTTLS", secured(dialled({kBanner, kEhlo, kGo, kSecure, kOk, kOk, kOk})),
                 "as an open relay does"}});
}

TEST_CASE("smtp: mistakes name their place") {
  check_mistake(kBase + "tls: true\nstarttls: required", "there is no STARTTLS");
  check_mistake(kBase + "relay: allowed", "\"relay\" cannot be \"allowed\"");
  check_mistake(kBase + "relay_to: a@b.c", "nothing is relayed here");
  check_mistake(kBase + "relay: refused\nrelay_to: nobody", "this is no mail address");
  check_mistake(kBase + "ehlo: \"x\\r\\nDATA\"", "cannot be said in SMTP");
  check_mistake(kBase + "size_limit: 10", "size_limit");
  check_mistake(kBase + "auth: []", "auth");
  check_mistake(kBase + "starttls: none\nverify: true", "this probe speaks no TLS");
}

TEST_CASE("smtp: a reply ends with the line that has a space after its code") {
  for (std::size_t length = 0; length < kEhlo.size(); ++length)
    CHECK_FALSE(smtp_reply_ended(kEhlo.substr(0, length)));
  CHECK(smtp_reply_ended(kEhlo));
  CHECK(smtp_reply_ended("nonsense\r\n"));
  for (const char* broken :
       {"250 no end", "250 bare\n", "25 x\r\n", "999 x\r\n", "250-a\r\n251 b\r\n", "250 a\r\n250 b\r\n"})
    CHECK_FALSE_MESSAGE(parse_smtp(broken), broken);
  CHECK(parse_smtp("250\r\n")->code == 250);
  CHECK(smtp_extensions(*parse_smtp(kEhlo)).at("SIZE") == std::vector<std::string>{"10240000"});
}
