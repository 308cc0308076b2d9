// Dialogues over TCP and TLS, as asks and answers: what is said, heard and secured in which order, and
// connections that are held afterwards. Plain structs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/certificate_facts.h"

namespace assay::client {

enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };
std::string_view name(TlsVersion version);  // "1.2"

// What is offered to the peer, without this library's own idea of safety: an old version or a weak cipher is
// offered when it is asked for.
struct TlsOffer {
  TlsVersion min = TlsVersion::tls1_2, max = TlsVersion::tls1_3;
  std::string ciphers;                 // OpenSSL's names for versions up to 1.2, with ":" between; empty: all
  std::string suites;                  // of TLS 1.3; empty: all
  std::string signatures;              // OpenSSL's names, with ":" between; empty: what it knows
  std::vector<std::string> protocols;  // ALPN
  bool ask_status = false;             // a stapled OCSP response
};

struct Say {
  std::string bytes;
};
// Waits until `complete` holds for what was heard since the previous move.
struct Hear {
  bool (*complete)(std::string_view heard) = nullptr;  // null: until the peer closes
  std::size_t most_bytes = 64 << 10;                   // more ends the dialogue: too_large
};
struct Secure {
  TlsOffer offer;
  bool trusted_only = false;  // no further move where the certificate is not trusted, or for another name
};

// Speaks by turns, where what is said depends on what was heard.
struct Turn {
  enum class Then : std::uint8_t { go_on, over, give_up };
  std::string say;          // empty: nothing before more is heard
  Then then = Then::go_on;  // over: the next move; give_up: no further move, and nothing is held
};
struct Converse {
  // Pure. `heard`: all since the move began; `said`: turns in which something was said.
  Turn (*next)(std::string_view script, std::string_view heard, std::size_t said) = nullptr;
  std::string script;                 // what it needs besides, in its own notation
  std::size_t most_bytes = 64 << 10;  // more heard ends the dialogue: too_large
};
using Move = std::variant<Say, Hear, Secure, Converse>;

// Connects, then makes the moves in order. No moves: it is enough that the connection stands.
struct DialAsk {
  std::string host;
  std::uint16_t port = 0;
  std::vector<Move> moves;
  // Not empty: once all moves are made, the connection is kept open under this name, beside others, until a
  // HeldAsk releases it or the client ends.
  std::string hold_as{};
};

// A look at the connections that are held under a name; at once.
struct HeldAsk {
  std::string name;
  bool release = false;  // and closes them
  std::string farewell;  // said before they are closed
};
struct LostConnection {
  std::string last_words;  // of the peer, since it is held; the last KiB
  std::string problem;     // how it ended
};
struct HeldAnswer {
  std::size_t open = 0;              // before a release
  std::vector<LostConnection> lost;  // since the name was first used, or last released
};

// A TLS handshake as both sides saw it. A version counts as refused by the peer only with its alert, or when
// it closed after our ClientHello had left.
struct Handshake {
  bool established = false;
  bool hello_sent = false;
  bool closed_by_peer = false;        // before it was established, without an alert
  std::optional<int> alert_received;  // 70: protocol_version, 40: handshake_failure, ...
  std::optional<int> alert_sent;
  std::string local_problem;            // why this side could not or would not go on; not the peer's word
  std::string version;                  // "1.3"
  std::string cipher;                   // "TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"
  std::string protocol;                 // ALPN
  std::vector<CertificateFacts> chain;  // as sent, the leaf first
  std::string trust_problem;            // why the chain is not trusted; empty: it is
  bool name_matches = false;            // the leaf is for the name that was asked for
  std::optional<StapledStatus> status;  // absent: none was stapled
};

struct DialAnswer {
  std::size_t moves_done = 0;
  // One for each Hear and Converse that was begun; the last may be incomplete.
  std::vector<std::string> heard;
  std::optional<Handshake> tls;  // of the last Secure that was begun
};

}  // namespace assay::client
