#include "probes/probe_smtp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/request_keys.h"
#include "probes/smtp_dialogues.h"
#include "probes/text_expectation.h"
#include "probes/tls_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address", "tls",        "starttls", "verify",   "banner",
                                      "auth",    "size_limit", "relay",    "relay_to", "ehlo"};
constexpr std::uint16_t kUsualPort = 25, kUsualTlsPort = 465;

// required: it is offered, works, and no mail is taken before it; offered: it is offered and works.
enum class StartTls : std::uint8_t { offered, required, none };
constexpr config::Choices<StartTls, 3> kStartTlsWords{{"offered", "required", "none"}};
enum class Relay : std::uint8_t { refused };  // the only demand that can be made
constexpr config::Choices<Relay, 1> kRelayWords{{"refused"}};

struct Settings final : config::ProbeSettings {
  SmtpManner manner{false, "assay.invalid", {}};
  std::optional<StartTls> starttls;
  bool verify = false;
  TextExpectation banner;
  std::optional<std::vector<std::string>> auth;  // mechanisms, after TLS where there is some
  std::optional<std::uint64_t> size_limit;
};

// A word of a command: nothing that could end its line or its angle brackets.
void read_word(const config::ProbeReading& reading, std::string_view key, std::string& to) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return;
  config::assign(to, reading.text(*node, key));
  const bool plain = std::all_of(
      to.begin(), to.end(), [](unsigned char c) { return std::isgraph(c) != 0 && c != '<' && c != '>'; });
  if (to.empty() || to.size() > 254 || !plain)
    reading.error(*node, config::in_quotes(key) + " cannot be said in SMTP",
                  "use 1 to 254 visible ASCII characters");
}

void read_relay(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("relay");
  const config::Node* to = reading.find("relay_to");
  if (node != nullptr && config::read_choice(reading.context, *node, "relay", kRelayWords))
    settings.manner.relay_to = "assay-probe@example.com";
  if (to != nullptr && node == nullptr) reading.error(*to, "nothing is relayed here", "add relay: refused");
  if (node != nullptr) read_word(reading, "relay_to", settings.manner.relay_to);
  if (to != nullptr && settings.manner.relay_to.find('@') == std::string::npos)
    reading.error(*to, "this is no mail address", "write it like someone@example.com");
}

void read_security(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* node = reading.find("starttls")) {
    settings.starttls = config::read_choice(reading.context, *node, "starttls", kStartTlsWords);
    if (settings.manner.tls_first)
      reading.error(*node, "the connection is secured from its start: there is no STARTTLS",
                    "remove \"starttls\" or \"tls\"");
  }
  const bool demanded = settings.manner.tls_first || settings.starttls == StartTls::required;
  settings.verify = read_verify(reading, demanded);
  if (!demanded && settings.starttls != StartTls::offered)
    refuse_verify_without_tls(reading, "starttls: required, or tls: true");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node = reading.find("tls"))
    config::assign(settings->manner.tls_first, config::read_bool(reading.context, *node, "tls"));
  read_address(reading, settings->manner.tls_first ? kUsualTlsPort : kUsualPort);
  read_security(reading, *settings);
  settings->banner = read_text_expectation(reading, "banner");
  if (const config::Node* node = reading.find("auth")) {
    settings->auth = read_texts(reading, *node, "auth");
    if (settings->auth == std::vector<std::string>{"none"}) settings->auth->clear();
  }
  if (const config::Node* node = reading.find("size_limit"))
    settings->size_limit = config::read_size(reading.context, *node, "size_limit");
  read_relay(reading, *settings);
  read_word(reading, "ehlo", settings->manner.ehlo);
  return settings;
}

using Extensions = std::map<std::string, std::vector<std::string>>;

// Absent: the server did not accept EHLO.
std::optional<Extensions> extensions_at(const std::vector<SmtpReply>& replies, std::size_t at) {
  if (replies.size() <= at || replies[0].code != 220 || replies[at].code != 250) return std::nullopt;
  return smtp_extensions(replies[at]);
}

bool uses_starttls(const Settings& settings, const Extensions& offered) {
  return !settings.manner.tls_first && settings.starttls != StartTls::none && offered.contains("STARTTLS");
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) return {dial(probe, "EHLO", smtp_greeting(settings.manner, false))};
  const auto offered = extensions_at(smtp_replies(so_far[0].answer), smtp_reply::kEhlo);
  if (so_far.size() > 1 || !offered) return {};
  std::vector<client::Ask> asks;
  const bool secured = uses_starttls(settings, *offered);
  if (secured) {
    asks.push_back(dial(probe, "STARTTLS", smtp_starttls(settings.manner)));
  } else if (!settings.manner.relay_to.empty()) {
    asks.push_back(dial(probe, "relay", smtp_greeting(settings.manner, true)));
  }
  if (secured && settings.starttls == StartTls::required)
    asks.push_back(dial(probe, "MAIL without TLS", smtp_plain_mail(settings.manner)));
  return asks;
}

// Of an exchange in which the reply at `at` is missing.
void judge_missing(const Exchange& exchange, std::size_t at, std::string expected, Judgement& judgement) {
  judge_no_reply(exchange, heard(exchange.answer, at), std::move(expected), judgement);
}

// Returns whether there is a list of extensions.
bool judge_greeting(const Probe& probe, const Exchange& exchange, Judgement& judgement) {
  const std::vector<SmtpReply> replies = smtp_replies(exchange.answer);
  if (replies.size() < 2 && (replies.empty() || replies[0].code == 220)) {
    judge_missing(exchange, replies.size(), replies.empty() ? "220, as SMTP greets" : "250 to EHLO",
                  judgement);
    return false;
  }
  judgement.require(replies[0].code == 220, "banner", "220", replies[0].shown());
  if (replies[0].code != 220) return false;
  probe.settings<Settings>().banner.judge(probe, "banner", replies[0].lines[0], judgement);
  judgement.require(replies[1].code == 250, "EHLO", "250", replies[1].shown());
  return replies[1].code == 250;
}

void judge_size(const Settings& settings, const Extensions& offered, Judgement& judgement) {
  if (!settings.size_limit) return;
  const std::string expected = format_size(static_cast<double>(*settings.size_limit));
  const auto size = offered.find("SIZE");
  std::uint64_t bytes = 0;
  bool stated = size != offered.end() && !size->second.empty();
  if (stated) {
    const std::string& text = size->second[0];
    stated = std::from_chars(text.data(), text.data() + text.size(), bytes).ptr == text.data() + text.size();
  }
  stated = stated && bytes > 0;  // 0: no fixed limit
  judgement.require(stated && bytes == *settings.size_limit, "size limit",
                    fmt::format("{} B ({})", *settings.size_limit, expected),
                    stated ? fmt::format("{} B", bytes) : "none stated");
}

void judge_auth(const Settings& settings, const Extensions& offered, Judgement& judgement) {
  if (!settings.auth) return;
  const auto auth = offered.find("AUTH");
  judge_exact_set("login mechanisms", *settings.auth,
                  auth == offered.end() ? std::vector<std::string>{} : auth->second, judgement);
}

void judge_offer(const Settings& settings, const Extensions& offered, Judgement& judgement) {
  const bool there = offered.contains("STARTTLS");
  if (settings.starttls) {
    const bool wanted = settings.starttls != StartTls::none;
    judgement.require(there == wanted, "STARTTLS offered", wanted ? "yes" : "no", there ? "yes" : "no");
  }
  if (settings.auth && uses_starttls(settings, offered))
    judgement.require(!offered.contains("AUTH"), "login before TLS", "not offered",
                      offered.contains("AUTH") ? "AUTH " + listed(offered.at("AUTH")) : "not offered");
}

void judge_relay(const Settings& settings, const Exchange& exchange, std::size_t mail, Judgement& judgement) {
  const std::vector<SmtpReply> replies = smtp_replies(exchange.answer);
  const std::string what = "relay to " + settings.manner.relay_to;
  if (replies.size() <= mail) return judge_missing(exchange, replies.size(), "an answer to MAIL", judgement);
  if (!replies[mail].positive())
    return judgement.could_not(what,
                               "MAIL was refused before a recipient was named: " + replies[mail].shown());
  if (replies.size() <= mail + 1)
    return judge_missing(exchange, replies.size(), "an answer to RCPT", judgement);
  const SmtpReply& recipient = replies[mail + 1];
  if (recipient.code / 100 == 4)
    return judgement.could_not(what, "put off, which may mean accepted later: " + recipient.shown());
  judgement.require(recipient.code / 100 == 5, what, "refused",
                    (recipient.positive() ? "accepted, as an open relay does: " : "") + recipient.shown());
}

void judge_secured(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  using namespace smtp_reply;
  const std::vector<SmtpReply> replies = smtp_replies(exchange.answer);
  if (replies.size() <= kStartTls) {
    judge_missing(exchange, replies.size(), "220 alone to STARTTLS", judgement);
    return;
  }
  if (replies[kStartTls].code != 220) {
    judgement.add(ProbeState::fail, "STARTTLS", "220", replies[kStartTls].shown());
    return;
  }
  if (!judge_handshake(exchange, settings.verify, judgement)) return;
  const auto offered = extensions_at(replies, kSecureEhlo);
  if (!offered) {
    judge_missing(exchange, kSecureEhlo, "250 to EHLO after TLS", judgement);
    return;
  }
  judgement.require(!offered->contains("STARTTLS"), "STARTTLS within TLS", "not offered",
                    offered->contains("STARTTLS") ? "offered" : "not offered");
  judge_auth(settings, *offered, judgement);
  judge_size(settings, *offered, judgement);
  if (!settings.manner.relay_to.empty()) judge_relay(settings, exchange, kSecureMail, judgement);
}

void judge_plain_mail(const Exchange& exchange, Judgement& judgement) {
  const std::vector<SmtpReply> replies = smtp_replies(exchange.answer);
  const std::size_t mail = smtp_reply::kMail;
  if (replies.size() <= mail) return judge_missing(exchange, replies.size(), "an answer to MAIL", judgement);
  if (replies[mail].code / 100 == 4)
    return judgement.could_not(exchange.ask.label, "put off: " + replies[mail].shown());
  judgement.require(replies[mail].code / 100 == 5, exchange.ask.label, "refused", replies[mail].shown());
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (settings.manner.tls_first && !judge_handshake(all[0], settings.verify, judgement)) return judgement;
  if (!judge_greeting(probe, all[0], judgement)) return judgement;
  const Extensions offered = *extensions_at(smtp_replies(all[0].answer), smtp_reply::kEhlo);
  judge_offer(settings, offered, judgement);
  if (uses_starttls(settings, offered)) {
    judge_secured(settings, all[1], judgement);
    if (all.size() > 2) judge_plain_mail(all[2], judgement);
    return judgement;
  }
  judge_auth(settings, offered, judgement);
  judge_size(settings, offered, judgement);
  if (all.size() > 1) judge_relay(settings, all[1], smtp_reply::kMail, judgement);
  return judgement;
}

}  // namespace

const Kind kSmtp{.form = {.name = "smtp", .keys = kKeys, .read = read, .needs_url = false},
                 .purpose = "a mail server offers TLS and is no open relay",
                 .next = next,
                 .judge = judge};

}  // namespace assay::probes
