#include "demo/request_log.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "demo/target_spec.h"
#include "loopback_client.h"
#include "tests/support/file_size_limit.h"

using namespace assay;
using namespace assay::demo;
using test_support::FileSizeLimit;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kHeader = "connection,arrived_ns,left_ns,status,route,drawn_ns";

class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (fs::temp_directory_path() / "assay-log-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TestFolder() { fs::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string log() const { return (path_ / "log.csv").string(); }

 private:
  fs::path path_;
};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields{""};
  for (const char c : line) c == ',' ? fields.emplace_back() : fields.back() += c;
  return fields;
}

std::unique_ptr<RequestLog> opened(const std::string& path, const std::vector<std::string>& routes = {"/a"}) {
  auto log = RequestLog::open(path, routes);
  REQUIRE(log);
  return std::move(log).value();
}

TargetOptions logging(const std::string& path, const std::vector<std::string>& specs = {}) {
  TargetOptions options;
  options.log = path;
  for (const std::string& spec : specs) options.paths.push_back(parse_path(spec).value());
  return options;
}

}  // namespace

TEST_CASE("a log is a header and a line for each request") {
  const TestFolder folder;
  const auto log = opened(folder.log(), {"/a", "other"});
  log->record({1, 10ns, 25ns, 200, 0, 12ns});
  log->record({2, 11ns, std::nullopt, 404, 1, 0ns});
  CHECK_FALSE(log->finish());
  CHECK(lines_of(folder.log()) ==
        std::vector<std::string>{std::string(kHeader), "1,10,25,200,/a,12", "2,11,,404,other,0"});
}

TEST_CASE("a log replaces the one before it") {
  const TestFolder folder;
  for (int run = 0; run < 2; ++run) opened(folder.log())->record({1, 0ns, 1ns, 200, 0, 0ns});
  CHECK(lines_of(folder.log()).size() == 2);
}

TEST_CASE("a route that holds commas and quotes stays one field") {
  const TestFolder folder;
  opened(folder.log(), {"/a,\"b\""})->record({1, 0ns, 1ns, 200, 0, 0ns});
  CHECK(lines_of(folder.log()).at(1) == R"(1,0,1,200,"/a,""b""",0)");
}

TEST_CASE("a long log is written as it grows, and whole") {
  const TestFolder folder;
  const auto log = opened(folder.log());
  constexpr std::uint64_t kRequests = 20'000;
  for (std::uint64_t i = 1; i <= kRequests; ++i) log->record({i, 1s, 2s, 200, 0, 3s});
  CHECK(lines_of(folder.log()).size() > kRequests / 2);  // memory is bounded
  CHECK_FALSE(log->finish());
  const auto lines = lines_of(folder.log());
  REQUIRE(lines.size() == kRequests + 1);
  for (std::uint64_t i = 1; i <= kRequests; ++i) REQUIRE(fields_of(lines[i])[0] == std::to_string(i));
}

TEST_CASE("a log that cannot be written is refused at the start") {
  const TestFolder folder;
  const std::string nowhere = folder.log() + "/nowhere";
  const auto refused = TargetServer::start(logging(nowhere));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() == "cannot write " + nowhere + ": No such file or directory");
  const auto full = TargetServer::start(logging("/dev/full"));
  REQUIRE_FALSE(full);
  CHECK(full.error().message() == "cannot write /dev/full: No space left on device");
}

TEST_CASE("a log that ends too early says how much is missing") {
  const TestFolder folder;
  const auto log = opened(folder.log());
  std::optional<SystemError> error;
  {
    const FileSizeLimit limit(1000);
    for (int i = 0; i < 20'000; ++i) log->record({1, 1s, 2s, 200, 0, 3s});
    error = log->finish();
  }
  REQUIRE(error);
  const auto lines = lines_of(folder.log());
  REQUIRE(lines.size() > 2);
  const std::size_t whole = lines.size() - 2;  // after the header; the last one was cut
  CHECK(error->message() == "cannot write " + folder.log() + ": File too large (" +
                                std::to_string(20'000 - whole) + " requests are not in it)");
}

TEST_CASE("a server logs what became of each request") {
  const TestFolder folder;
  const auto server =
      started(logging(folder.log(), {"/slow=3ms", "/broken=0ms errors=100%", "/gone=0ms resets=100%"}));
  for (const char* path : {"/slow", "/broken", "/gone", "/nowhere"})
    exchange(server->port(), std::string("GET ") + path);
  server->stop();
  CHECK_FALSE(server->log_error());
  const auto lines = lines_of(folder.log());
  REQUIRE(lines.size() == 5);
  const std::vector<std::string> statuses{"200", "500", "0", "404"};
  const std::vector<std::string> routes{"/slow", "/broken", "/gone", "other"};
  std::int64_t last = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto fields = fields_of(lines[i + 1]);
    REQUIRE(fields.size() == 6);
    CHECK(fields[0] == std::to_string(i + 1));
    const std::int64_t arrived = std::stoll(fields[1]), left = std::stoll(fields[2]);
    CHECK(arrived >= last);
    CHECK(left >= arrived + std::stoll(fields[5]));
    CHECK(fields[3] == statuses[i]);
    CHECK(fields[4] == routes[i]);
    CHECK(fields[5] == (i == 0 ? "3000000" : "0"));
    last = left;
  }
}

TEST_CASE("an answer that was still due when the server stopped has not left") {
  const TestFolder folder;
  const auto server = started(logging(folder.log()));
  LoopbackClient waiting(server->port());
  waiting.send("GET /delay/600000 HTTP/1.1\r\nHost: t\r\n\r\n");
  while (server->counters().requests == 0) {
  }
  server->stop();
  const auto lines = lines_of(folder.log());
  REQUIRE(lines.size() == 2);
  const auto fields = fields_of(lines[1]);
  CHECK(fields[2].empty());
  CHECK(fields[5] == "600000000000");
}
