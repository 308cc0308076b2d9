#include "probes/smtp_dialogues.h"

namespace assay::probes {
namespace {

void listen(std::vector<client::Move>& moves) { moves.emplace_back(client::Hear{smtp_reply_ended}); }

void ask(std::vector<client::Move>& moves, const std::string& line) {
  moves.emplace_back(client::Say{line + "\r\n"});
  listen(moves);
}

void greet(std::vector<client::Move>& moves, const SmtpManner& manner) {
  if (manner.tls_first) moves.emplace_back(client::Secure{});
  listen(moves);
  ask(moves, "EHLO " + manner.ehlo);
}

// The empty sender is that of delivery reports, which every server must take. RSET forgets what was begun.
void try_relay(std::vector<client::Move>& moves, const std::string& recipient) {
  ask(moves, "MAIL FROM:<>");
  ask(moves, "RCPT TO:<" + recipient + ">");
  ask(moves, "RSET");
}

void leave(std::vector<client::Move>& moves) { moves.emplace_back(client::Say{"QUIT\r\n"}); }

}  // namespace

std::vector<client::Move> smtp_greeting(const SmtpManner& manner, bool relay) {
  std::vector<client::Move> moves;
  greet(moves, manner);
  if (relay) try_relay(moves, manner.relay_to);
  leave(moves);
  return moves;
}

std::vector<client::Move> smtp_starttls(const SmtpManner& manner) {
  std::vector<client::Move> moves;
  greet(moves, manner);
  ask(moves, "STARTTLS");
  moves.emplace_back(client::Secure{});
  ask(moves, "EHLO " + manner.ehlo);
  if (!manner.relay_to.empty()) try_relay(moves, manner.relay_to);
  leave(moves);
  return moves;
}

std::vector<client::Move> smtp_plain_mail(const SmtpManner& manner) {
  std::vector<client::Move> moves;
  greet(moves, manner);
  ask(moves, "MAIL FROM:<>");
  leave(moves);
  return moves;
}

std::vector<SmtpReply> smtp_replies(const client::Answer& answer) {
  std::vector<SmtpReply> replies;
  if (answer.dial() == nullptr) return replies;
  for (const std::string& heard : answer.dial()->heard) {
    std::optional<SmtpReply> reply = parse_smtp(heard);
    if (!reply) break;
    replies.push_back(*std::move(reply));
  }
  return replies;
}

}  // namespace assay::probes
