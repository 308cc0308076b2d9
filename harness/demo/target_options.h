// What the embedded target is told to be: plain structs, filled by target_spec (command line), target_file
// (YAML or JSON) or by code, read by everything else in this folder. Ratios are in [0, 1]; times are
// nanoseconds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "demo/latency.h"

namespace assay::demo {

// Bodies are sent `bytes` at a time, `interval` apart. bytes == 0: at once.
struct Drip {
  std::uint64_t bytes = 0;
  Nanos interval{0};
};

// Behaviour of all requests whose path matches. On a built-in path the answer stays what it is and the
// behaviour is added.
struct PathOptions {
  std::string pattern;  // "/items" exactly, or "/items/*" for everything below; the longest match wins
  Latency latency;
  double error_ratio = 0;
  unsigned error_status = 500;
  double reset_ratio = 0;                   // requests answered by a TCP reset
  std::optional<std::string> body;          // replaces the built-in answer
  std::string content_type = "text/plain";  // of `body` and `body_bytes`
  std::optional<std::uint64_t> body_bytes;  // a body of so many filler bytes
  bool chunked = false;
  bool close = false;  // close the connection after the answer
  Drip drip;
  unsigned interim_status = 0;    // 102..199: sent before the answer; 0: none
  std::uint64_t extra_bytes = 0;  // sent after the end of the answer, against the protocol
};

// The whole server stops answering for the last `lasting` of every `every`, counted from its start; requests
// wait.
struct StallWindows {
  Nanos every{0};  // 0: never
  Nanos lasting{0};
};

struct TlsOptions {
  enum class Flaw : std::uint8_t { none, expired, wrong_name };

  std::string certificate, key;  // PEM files; both empty: a certificate is made at start
  std::string ca_out;            // where the authority of a made certificate is written; empty: nowhere
  Flaw flaw = Flaw::none;        // of a made certificate
};

struct TargetOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;     // 0: a free one
  bool allow_remote = false;  // without it only loopback addresses are accepted
  std::uint64_t seed = 1;
  std::optional<TlsOptions> tls;
  StallWindows stall;
  std::string log;  // a file for a CSV line of each request (request_log.h); empty: none
  std::vector<PathOptions> paths;
};

}  // namespace assay::demo
