// What takes faults back when assay is gone: what it is told arrives whole, and it does it, or not.
#include "client/guardian.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "assay-guardian-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file() const { return path_ / "undone"; }

 private:
  std::filesystem::path path_;
};

Undo touching(const std::string& file) { return {{"clear", CommandAsk{{"touch", file}, {}, {}}}, Access{}}; }

bool is_answered(std::string_view heard) { return !heard.empty(); }
Turn talk_on(std::string_view, std::string_view heard, std::size_t) { return {std::string(heard)}; }

// In a process of its own, which ends as `how` says; returns when that one and its guardian are gone.
template <class How>
void in_a_process(How how) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    auto guardian = Guardian::start();
    if (guardian) how(*guardian);
    _exit(0);
  }
  close(ends[1]);
  CHECK(waitpid(child, nullptr, 0) == child);
  char c = 0;
  while (read(ends[0], &c, 1) > 0) {
  }  // held open by the guardian as well
  close(ends[0]);
}

}  // namespace

TEST_CASE("guardian: what is to be done goes through the pipe as it is") {
  HttpAsk http;
  http.method = "DELETE";
  http.url = "http://127.0.0.1:8080/fault?a=b";
  http.headers = {{"Authorization", "Bearer a:b"}, {"Empty", ""}};
  http.body = std::string("a\0b\n7:x", 7);
  http.version = HttpAsk::Version::http2_prior_knowledge;
  Access access;
  access.connect_to = "unix:/run/x";
  access.resolve = {{"a", "127.0.0.1"}, {"b", "::1"}};
  access.verify = false;
  access.timeout = 7s;
  const std::vector<Undo> undo{{{"clear", http}, access},
                               {{"command", CommandAsk{{"a", "", "b c"}, "/tmp", {{"X", "y"}}}}, Access{}},
                               {{"pause", PauseAsk{1s}}, Access{}}};
  const std::vector<Undo> read = unpacked(packed(undo));
  REQUIRE(read.size() == 2);
  const auto& sent = std::get<HttpAsk>(read[0].ask.what);
  CHECK(read[0].ask.label == "clear");
  CHECK(sent.method == http.method);
  CHECK(sent.url == http.url);
  CHECK(sent.body == http.body);
  CHECK(sent.version == http.version);
  CHECK(sent.headers.size() == 2);
  CHECK(sent.headers[0].value == "Bearer a:b");
  CHECK(read[0].access.connect_to == access.connect_to);
  CHECK(read[0].access.resolve == access.resolve);
  CHECK_FALSE(read[0].access.verify);
  CHECK(read[0].access.timeout == 7s);
  const auto& command = std::get<CommandAsk>(read[1].ask.what);
  CHECK(command.argv == std::vector<std::string>{"a", "", "b c"});
  CHECK(command.folder == "/tmp");
  CHECK(command.environment[0].value == "y");
  CHECK(unpacked("").empty());
}

TEST_CASE("guardian: a dialogue keeps its functions, and what is held is left out") {
  const DialAsk purge{
      "127.0.0.1", 5672, {Say{"AMQP"}, Hear{is_answered}, Secure{{}, true}, Converse{talk_on, "a:b"}}};
  const std::vector<Undo> read =
      unpacked(packed({{{"held", HeldAsk{"pool", true, ""}}, Access{}}, {{"purge", purge}, Access{}}}));
  REQUIRE(read.size() == 1);
  const auto& dialogue = std::get<DialAsk>(read[0].ask.what);
  CHECK(dialogue.host == "127.0.0.1");
  CHECK(dialogue.port == 5672);
  REQUIRE(dialogue.moves.size() == 4);
  CHECK(std::get<Say>(dialogue.moves[0]).bytes == "AMQP");
  CHECK((std::get<Hear>(dialogue.moves[1]).complete == is_answered));
  CHECK(std::get<Secure>(dialogue.moves[2]).trusted_only);
  const auto& talk = std::get<Converse>(dialogue.moves[3]);
  CHECK((talk.next == talk_on));
  CHECK(talk.script == "a:b");
}

TEST_CASE("guardian: it does what it was told when the process is killed") {
  const Folder folder;
  in_a_process([&](const std::unique_ptr<Guardian>& guardian) {
    guardian->arm({touching(folder.file())});
    kill(getpid(), SIGKILL);
  });
  CHECK(std::filesystem::exists(folder.file()));
}

TEST_CASE("guardian: it does nothing where all was taken back, or all went well") {
  const Folder folder;
  in_a_process([&](const std::unique_ptr<Guardian>& guardian) {
    guardian->arm({touching(folder.file())});
    guardian->arm({});
    kill(getpid(), SIGKILL);
  });
  CHECK_FALSE(std::filesystem::exists(folder.file()));
  in_a_process([&](std::unique_ptr<Guardian>& guardian) {
    guardian->arm({touching(folder.file())});
    guardian.reset();
  });
  CHECK_FALSE(std::filesystem::exists(folder.file()));
}
