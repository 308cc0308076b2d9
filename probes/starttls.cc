#include "probes/starttls.h"

namespace assay::probes {
namespace {

using client::Hear;
using client::Move;
using client::Say;

constexpr std::size_t kMostBytes = 8 << 10;
constexpr std::string_view kImapTag = "a1 ";

// The last line that has ended, without its end.
std::string_view last_line(std::string_view heard) {
  if (!heard.ends_with('\n')) return {};
  heard.remove_suffix(1);
  if (heard.ends_with('\r')) heard.remove_suffix(1);
  const std::size_t before = heard.rfind('\n');
  return before == std::string_view::npos ? heard : heard.substr(before + 1);
}

bool is_line(std::string_view heard) { return heard.ends_with('\n'); }

// "250-first", ..., "250 last".
bool is_smtp_reply(std::string_view heard) {
  const std::string_view line = last_line(heard);
  return heard.ends_with('\n') && (line.size() < 4 || line[3] != '-');
}

bool is_imap_reply(std::string_view heard) { return last_line(heard).starts_with(kImapTag); }
bool is_one_byte(std::string_view heard) { return !heard.empty(); }

Move hear(bool (*complete)(std::string_view)) { return Hear{complete, kMostBytes}; }

// SSLRequest: its length and a number that is no version of the protocol.
std::string ssl_request() { return {"\x00\x00\x00\x08\x04\xd2\x16\x2f", 8}; }

std::string_view agreement(Starttls protocol) {
  switch (protocol) {
    case Starttls::smtp:
      return "220";
    case Starttls::imap:
      return "a1 OK";
    case Starttls::pop3:
      return "+OK";
    case Starttls::postgres:
      return "S";
    case Starttls::none:
      break;
  }
  return {};
}

}  // namespace

std::uint16_t usual_port(Starttls protocol) {
  switch (protocol) {
    case Starttls::smtp:
      return 25;
    case Starttls::imap:
      return 143;
    case Starttls::pop3:
      return 110;
    case Starttls::postgres:
      return 5432;
    case Starttls::none:
      break;
  }
  return 0;
}

std::vector<Move> starttls_moves(Starttls protocol) {
  switch (protocol) {
    case Starttls::smtp:
      return {hear(is_smtp_reply), Say{"EHLO localhost\r\n"}, hear(is_smtp_reply), Say{"STARTTLS\r\n"},
              hear(is_smtp_reply)};
    case Starttls::imap:
      return {hear(is_line), Say{"a1 STARTTLS\r\n"}, hear(is_imap_reply)};
    case Starttls::pop3:
      return {hear(is_line), Say{"STLS\r\n"}, hear(is_line)};
    case Starttls::postgres:
      return {Say{ssl_request()}, hear(is_one_byte)};
    case Starttls::none:
      break;
  }
  return {};
}

std::string starttls_refusal(Starttls protocol, const client::DialAnswer& answer) {
  std::size_t replies = 0;
  const std::vector<Move> moves = starttls_moves(protocol);
  for (const Move& move : moves) replies += std::holds_alternative<Hear>(move) ? 1U : 0U;
  if (protocol == Starttls::none || answer.heard.size() < replies || answer.moves_done < moves.size())
    return {};
  const std::string_view reply = answer.heard[replies - 1];
  const std::string_view line = protocol == Starttls::postgres ? reply.substr(0, 1) : last_line(reply);
  if (line.starts_with(agreement(protocol))) return {};
  return "\"" + std::string(line) + "\"";
}

}  // namespace assay::probes
