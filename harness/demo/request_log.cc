#include "demo/request_log.h"

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <utility>

namespace assay::demo {
namespace {

// About a thousand lines. Copying so much into the page cache holds the server up for some 20 us.
constexpr std::size_t kBufferBytes = 64 << 10;
constexpr std::size_t kLongLine = 1 << 10;  // room for the line that makes the buffer full
constexpr std::string_view kHeader = "connection,arrived_ns,left_ns,status,route,drawn_ns\n";

// RFC 4180: quoted where it holds a comma, a quote or a line break; quotes are doubled.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Expected<std::unique_ptr<RequestLog>, SystemError> RequestLog::open(const std::string& path,
                                                                    const std::vector<std::string>& routes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return Unexpected(system_error("write", path, errno));
  std::unique_ptr<RequestLog> log(new RequestLog(path, file, routes));
  log->write_buffer();
  if (log->error_number_ != 0) return Unexpected(system_error("write", path, log->error_number_));
  return log;
}

RequestLog::RequestLog(std::string path, int file, const std::vector<std::string>& routes)
    : path_(std::move(path)), file_(file) {
  std::transform(routes.begin(), routes.end(), std::back_inserter(route_fields_), csv_field);
  buffer_.reserve(kBufferBytes + kLongLine);
  buffer_ = kHeader;
}

RequestLog::~RequestLog() { finish(); }

void RequestLog::record(const LoggedRequest& request) {
  const auto line = std::back_inserter(buffer_);
  fmt::format_to(line, FMT_COMPILE("{},{},"), request.connection, request.arrived.count());
  if (request.left) fmt::format_to(line, FMT_COMPILE("{}"), request.left->count());
  fmt::format_to(line, FMT_COMPILE(",{},{},{}\n"), request.status, route_fields_[request.route],
                 request.drawn.count());
  if (buffer_.size() >= kBufferBytes) write_buffer();
}

void RequestLog::write_buffer() {
  std::string_view rest = buffer_;
  while (!rest.empty() && error_number_ == 0) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_number_ = errno;
    }
  }
  lost_ += static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
  buffer_.clear();
}

std::optional<SystemError> RequestLog::finish() {
  write_buffer();
  if (file_ >= 0 && ::close(file_) != 0 && error_number_ == 0) error_number_ = errno;
  file_ = -1;
  if (error_number_ == 0) return std::nullopt;
  return system_error("write", path_, error_number_, fmt::format("{} requests are not in it", lost_));
}

}  // namespace assay::demo
