#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "client/dial.h"
#include "tests/unit/client/dialled.h"
#include "tests/unit/client/poll_loop.h"
#include "tests/unit/client/talking_server.h"

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;

namespace {

bool is_line(std::string_view heard) { return heard.ends_with('\n'); }

DialAsk to(const TalkingServer& server, std::vector<Move> moves = {}) {
  return {"127.0.0.1", server.port(), std::move(moves)};
}

Access patient(Nanos timeout) {
  Access access;
  access.timeout = timeout;
  return access;
}

void echo(Guest& guest) {
  for (std::string line = guest.hear_line(); !line.empty(); line = guest.hear_line())
    guest.say("you said " + line);
}

}  // namespace

TEST_CASE("dial: moves are made in order, and each Hear has its own answer") {
  TalkingServer server([](Guest& guest) {
    guest.say("welcome\r\n");
    echo(guest);
  });
  const Answer answer =
      dialled(to(server, {Hear{is_line}, Say{"one\n"}, Hear{is_line}, Say{"two\n"}, Hear{is_line}}));
  CHECK(answer.ok());
  REQUIRE(answer.dial() != nullptr);
  CHECK(answer.dial()->moves_done == 5);
  CHECK(answer.dial()->heard == std::vector<std::string>{"welcome\r\n", "you said one\n", "you said two\n"});
  CHECK(answer.address == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(answer.local.starts_with("127.0.0.1:"));
  CHECK(answer.phases.connected > 0ns);
  CHECK(answer.phases.first_byte >= answer.phases.connected);
  CHECK(answer.phases.done >= answer.phases.first_byte);
  CHECK(answer.phases.secured == 0ns);
}

TEST_CASE("dial: without moves it is enough that the connection stands") {
  TalkingServer server([](Guest&) {});
  CHECK(dialled(to(server)).ok());
}

TEST_CASE("dial: hearing without a mark lasts until the peer closes") {
  TalkingServer server([](Guest& guest) { guest.say("a\nb\nc"); });
  const Answer answer = dialled(to(server, {Hear{}}));
  CHECK(answer.ok());
  CHECK(answer.dial()->heard == std::vector<std::string>{"a\nb\nc"});
}

TEST_CASE("dial: a peer that closes too early is told from one that resets") {
  TalkingServer closing([](Guest& guest) { guest.say("wel"); });
  const Answer closed = dialled(to(closing, {Hear{is_line}}));
  CHECK(closed.trouble == Trouble::closed);
  CHECK(closed.problem.find("after 3 bytes") != std::string::npos);
  CHECK(closed.dial()->heard == std::vector<std::string>{"wel"});
  CHECK(closed.dial()->moves_done == 0);

  TalkingServer resetting([](Guest& guest) {
    guest.hear_line();
    guest.reset();
  });
  CHECK(dialled(to(resetting, {Say{"hello\n"}, Hear{is_line}})).trouble == Trouble::reset);
}

TEST_CASE("dial: a silent peer costs the timeout and no more, and what it said is kept") {
  TalkingServer server([](Guest& guest) {
    guest.say("wel");
    guest.hear_end();
  });
  const Answer answer = dialled(to(server, {Hear{is_line}}), patient(200ms));
  CHECK(answer.trouble == Trouble::timeout);
  CHECK(answer.problem == "the answer was not whole within 200ms");
  CHECK(answer.phases.done >= 200ms);
  CHECK(answer.phases.done < 5s);
  CHECK(answer.dial()->heard == std::vector<std::string>{"wel"});
}

TEST_CASE("dial: a peer that talks without end is cut off") {
  TalkingServer server([](Guest& guest) {
    guest.say(std::string(5000, 'x'));
    guest.hear_end();
  });
  const Answer answer = dialled(to(server, {Hear{is_line, 1000}}));
  CHECK(answer.trouble == Trouble::too_large);
  CHECK(answer.dial()->heard[0].size() == 1000);
}

TEST_CASE("dial: a closed port is refused, and nothing was said") {
  const Answer answer = dialled({"127.0.0.1", closed_port(), {}});
  CHECK(answer.trouble == Trouble::refused);
  CHECK(answer.problem.find("Connection refused") != std::string::npos);
  CHECK(answer.dial() == nullptr);
}

TEST_CASE("dial: much is said to a peer that reads slowly") {
  std::size_t got = 0;
  TalkingServer server([&](Guest& guest) {
    std::this_thread::sleep_for(50ms);
    got = guest.hear_line().size();
    guest.say("thanks\n");
  });
  const Answer answer =
      dialled(to(server, {Say{std::string(3 << 20, 'x') + "\n"}, Hear{is_line}}), patient(20s));
  CHECK(answer.ok());
  CHECK(got == (3 << 20) + 1);
}

TEST_CASE("dial: connect_to and resolve say where, before any resolver is asked") {
  TalkingServer server(echo);
  const DialAsk ask{"nowhere.invalid", 1, {Say{"hi\n"}, Hear{is_line}}};
  Access access;
  access.connect_to = "127.0.0.1:" + std::to_string(server.port());
  CHECK(dialled(ask, access).ok());

  Access resolved;
  resolved.resolve["nowhere.invalid"] = "127.0.0.1";
  CHECK(dialled({"nowhere.invalid", server.port(), ask.moves}, resolved).ok());
}

TEST_CASE("dial: a unix socket is reached; one that is not there is refused") {
  const std::string path =
      std::filesystem::temp_directory_path() / ("assay-dial-" + std::to_string(::getpid()));
  Access access;
  access.connect_to = "unix:" + path;
  {
    TalkingServer server(echo, path);
    const Answer answer = dialled({"localhost", 80, {Say{"hi\n"}, Hear{is_line}}}, access);
    CHECK(answer.ok());
    CHECK(answer.address == "unix:" + path);
  }
  std::filesystem::remove(path);
  CHECK(dialled({"localhost", 80, {}}, access).trouble == Trouble::refused);
  access.connect_to = "unix:/" + std::string(200, 'x');
  CHECK(dialled({"localhost", 80, {}}, access).trouble == Trouble::local);
}

TEST_CASE("dial: names are looked up without blocking") {
  TalkingServer server(echo);
  const Answer answer = dialled({"localhost", server.port(), {Say{"hi\n"}, Hear{is_line}}});
  CHECK(answer.ok());
  CHECK(answer.phases.resolved > 0ns);
}

TEST_CASE("dial: an abandoned dialogue is never answered") {
  TalkingServer server([](Guest& guest) { guest.hear_end(); });
  PollLoop loop;
  bool called = false;
  const DialAsk ask = to(server, {Hear{is_line}});
  const Access access = patient(20ms);
  auto transfer = dial(ask, access, loop, [&](Answer) { called = true; });
  for (int i = 0; i < 3; ++i) loop.turn();
  transfer.reset();
  CHECK(loop.idle());
  std::this_thread::sleep_for(30ms);
  loop.turn();
  CHECK_FALSE(called);
}

TEST_CASE("dial: done is left to the loop, even where all is decided at once") {
  PollLoop loop;
  bool called = false;
  Access access;
  access.connect_to = "unix:/" + std::string(200, 'x');
  const DialAsk ask{"localhost", 80, {}};
  auto transfer = dial(ask, access, loop, [&](Answer) { called = true; });
  CHECK_FALSE(called);
  loop.turn();
  CHECK(called);
}
