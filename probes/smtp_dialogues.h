// The dialogues of `smtp`: what is said to a mail server, and where in the answer its replies are. A mail is
// never sent: no dialogue says DATA.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "probes/kind.h"
#include "probes/wire_smtp.h"

namespace assay::probes {

struct SmtpManner {
  bool tls_first = false;  // the handshake comes before the banner
  std::string ehlo;        // the name that this side gives itself
  std::string relay_to;    // a recipient whose mail this server must not take; empty: none is tried
};

// Banner and EHLO; with `relay`, also MAIL and RCPT.
std::vector<client::Move> smtp_greeting(const SmtpManner& manner, bool relay);
// The same with STARTTLS between, after which all is said again.
std::vector<client::Move> smtp_starttls(const SmtpManner& manner);
// MAIL without TLS.
std::vector<client::Move> smtp_plain_mail(const SmtpManner& manner);

// The replies in order, as many as were whole.
std::vector<SmtpReply> smtp_replies(const client::Answer& answer);

// By index among the replies.
namespace smtp_reply {
inline constexpr std::size_t kBanner = 0, kEhlo = 1;
inline constexpr std::size_t kMail = 2, kRecipient = 3;  // of smtp_greeting and smtp_plain_mail
inline constexpr std::size_t kStartTls = 2, kSecureEhlo = 3, kSecureMail = 4, kSecureRecipient = 5;
}  // namespace smtp_reply

}  // namespace assay::probes
