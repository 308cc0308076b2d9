// How one exchange ended. Everything except `ok` counts as an error in error rates; `shed` and `aborted`
// never reached an answer and are recorded at the time that had passed, a lower bound.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

enum class Outcome : std::uint8_t {
  ok,
  status,           // the status is not the expected one
  check,            // another expectation about the answer did not hold
  extract,          // a value that later steps need is not in the answer
  dns,              // the name has no address (only with names resolved during the run)
  connect_refused,  // nothing listens, or the connection was reset before it stood
  connect_timeout,
  connect_failed,  // unreachable network or host
  no_local_port,   // this machine had none left to connect from: says nothing about the target
  no_file,         // this process may open no more file descriptors: likewise
  tls,             // handshake or certificate verification failed
  response_timeout,
  closed_early,  // the connection ended before the answer was complete
  protocol,      // the answer is not valid HTTP, or bytes follow its end
  shed,          // no virtual user was free in time: the request was never sent
  aborted,       // in flight when the run ended
};

inline constexpr std::size_t kOutcomeCount = 16;

std::string_view name(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view text);

}  // namespace assay
