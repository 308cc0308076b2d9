// What the server itself saw of each request, one CSV line for each: the truth that a load generator's
// numbers can be held against. README.md says what the columns mean. Lines gather in one buffer of bounded
// size, which is written when it is full and by finish(). One thread at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "base/system_error.h"

namespace assay::demo {

// Times count from the server's start.
struct LoggedRequest {
  std::uint64_t connection = 0;  // 1 is the first that was accepted
  Nanos arrived{0};
  std::optional<Nanos> left;  // empty: the answer never left whole
  unsigned status = 0;        // 0: a reset instead of an answer
  std::size_t route = 0;      // index into `routes`
  Nanos drawn{0};             // the latency that the request was meant to take
};

class RequestLog {
 public:
  // Replaces the file. The header line is written at once, so that a full disk is known now.
  static Expected<std::unique_ptr<RequestLog>, SystemError> open(const std::string& path,
                                                                 const std::vector<std::string>& routes);
  ~RequestLog();  // finishes
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  // Never fails: after the first failure lines are only counted.
  void record(const LoggedRequest& request);

  // Writes what is left and closes the file; what kept it from being whole, if anything did. Idempotent.
  std::optional<SystemError> finish();

 private:
  RequestLog(std::string path, int file, const std::vector<std::string>& routes);
  void write_buffer();

  std::string path_;
  int file_;
  std::vector<std::string> route_fields_;  // as they stand in a line
  std::string buffer_;
  int error_number_ = 0;  // errno of the first failure
  std::uint64_t lost_ = 0;
};

}  // namespace assay::demo
