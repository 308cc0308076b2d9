// One question to the outside world, and its answer: an HTTP exchange, a dialogue over TCP or TLS, a DNS
// query, a command, a look at what others sent, or a pause between them. Plain structs without behaviour;
// client/client.h carries asks out. What the world answers, however badly, is data: nothing here throws.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "client/dialogue.h"
#include "client/message.h"

namespace assay::client {

// Where a server is reached and whom it must prove to be. Applies to HttpAsk and DialAsk.
struct Access {
  std::string connect_to;  // "host:port", "[v6]:port" or "unix:/path"; empty: as the URL or address says
  std::map<std::string, std::string> resolve;  // host -> IP address, instead of asking the resolver
  std::string ca_file;                         // PEM; empty: the system's bundle
  std::string certificate_file, key_file;      // of this client; empty: none
  std::string server_name;                     // SNI and the name to verify; empty: the host
  bool verify = true;                          // HTTP only: a dialogue records what verification would say
  Nanos timeout{std::chrono::seconds(5)};      // of one ask, from its start to its end
};

struct Field {
  std::string name, value;
};

// ---- HTTP
struct HttpAsk {
  enum class Version : std::uint8_t { automatic, http1_0, http1_1, http2, http2_prior_knowledge };
  enum class Framing : std::uint8_t { content_length, chunked };

  std::string method = "GET";
  std::string url;  // absolute; sent as it is written
  std::vector<Field> headers;
  std::string body;              // sent where it or `body_zeros` is not empty
  std::uint64_t body_zeros = 0;  // or a body of so many zero bytes, which needs no memory
  Framing framing = Framing::content_length;
  bool expect_continue = false;  // waits up to a second for "100 Continue" before the body is sent
  Version version = Version::http1_1;
  bool reuse = false;                      // take a kept connection where there is one, and keep it
  bool decode = false;                     // undo Content-Encoding; `headers` must then ask for one
  std::size_t keep_bytes = 1 << 20;        // of the body; the rest is counted
  std::uint64_t most_bytes = 64ULL << 20;  // a longer body, after decoding, ends the exchange: too_large
};

struct HttpAnswer {
  int status = 0;                // 0: no status line came
  std::string version;           // "1.0", "1.1", "2"
  std::vector<Field> headers;    // of the final response, in order of arrival, names as they came
  std::vector<Field> trailers;   // after the body; HTTP/2 and chunked
  std::string body;              // the first keep_bytes, decoded where asked for
  std::uint64_t body_bytes = 0;  // all, after decoding
  std::uint64_t wire_bytes = 0;  // of the body as it was transferred
  std::uint64_t sent_bytes = 0;  // of the request's body
  bool reused = false;           // the connection had served before
  // A kept connection turned out to be closed after the request was sent on it, and the request was sent
  // again on a new one.
  bool stale_retry = false;
};

// ---- DNS
enum class RecordType : std::uint8_t { a, aaaa, cname, txt, caa, mx, ns };
std::string_view name(RecordType type);  // "AAAA"

struct DnsAsk {
  std::string name;
  RecordType type = RecordType::a;
  std::string server;     // "1.2.3.4:53" or "[::1]:53"; empty: the system's
  bool recursion = true;  // false: what the server itself knows
};

struct DnsRecord {
  std::string name;
  RecordType type = RecordType::a;
  std::uint32_t ttl_s = 0;
  std::string
      value;  // address, host name without the final dot, text, `0 issue "ca.example"`, "10 mx.example"
};

struct DnsAnswer {
  int rcode = 0;  // 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  bool authoritative = false;
  std::vector<DnsRecord> records;  // of the answer section, of the types above
};

// ---- a command
struct CommandAsk {
  std::vector<std::string> argv;   // argv[0] is looked for in PATH; no shell
  std::string folder;              // where it runs; empty: here
  std::vector<Field> environment;  // added to assay's own
};

struct CommandAnswer {
  std::optional<int> exit_code;
  std::optional<int> signal;                    // that ended it
  std::string out, err;                         // the last 64 KiB of each, or a little less
  bool out_is_cut = false, err_is_cut = false;  // there was more before
};

// ---- asks and answers
struct PauseAsk {
  Nanos length{0};
};

struct Ask {
  std::string label;  // names it among the asks of one probe: "TLS 1.1", "GET /missing"
  std::variant<HttpAsk, DialAsk, HeldAsk, DnsAsk, CommandAsk, ListenAsk, ReceiveAsk, PauseAsk> what;
  // Instead of the probe's own, for an ask that goes elsewhere than to its target.
  std::optional<Access> access = std::nullopt;
};

// Why there is no proper answer.
enum class Trouble : std::uint8_t {
  none,
  name,         // the host name could not be resolved
  refused,      // connection refused
  unreachable,  // no route, or the network refused
  timeout,
  reset,      // by the peer
  closed,     // by the peer, before the answer was whole
  tls,        // the handshake failed or the certificate is not accepted
  protocol,   // what came is not what the protocol allows
  too_large,  // more than the ask allowed
  local,      // this machine could not: no file descriptor, no such program, an unreadable CA file
};
std::string_view name(Trouble trouble);  // "refused"

// Since the start of the ask; 0: not reached, or not part of it.
struct Phases {
  Nanos resolved{0}, connected{0}, secured{0}, first_byte{0}, done{0};
};

struct Answer {
  Trouble trouble = Trouble::none;
  std::string problem;  // in words, where there is trouble
  TimePoint started{};
  std::chrono::system_clock::time_point started_wall;
  Phases phases;
  std::string address;  // of the peer: "127.0.0.1:8443", "[::1]:53", "unix:/run/x"
  std::string local;    // of this side
  std::variant<std::monostate, HttpAnswer, DialAnswer, HeldAnswer, DnsAnswer, CommandAnswer, InboxAnswer>
      what;

  bool ok() const { return trouble == Trouble::none; }
  // What came before the trouble is there as well. Null: another kind of ask, or nothing came.
  const HttpAnswer* http() const { return std::get_if<HttpAnswer>(&what); }
  const DialAnswer* dial() const { return std::get_if<DialAnswer>(&what); }
  const HeldAnswer* held() const { return std::get_if<HeldAnswer>(&what); }
  const DnsAnswer* dns() const { return std::get_if<DnsAnswer>(&what); }
  const CommandAnswer* command() const { return std::get_if<CommandAnswer>(&what); }
  const InboxAnswer* inbox() const { return std::get_if<InboxAnswer>(&what); }
};

}  // namespace assay::client
