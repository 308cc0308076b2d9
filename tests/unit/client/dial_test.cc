#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "client/client.h"
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

namespace {

// Says each line of the script in turn, after an answer to the one before.
Turn say_all(std::string_view script, std::string_view heard, std::size_t said) {
  const auto lines = [](std::string_view text) { return std::count(text.begin(), text.end(), '\n'); };
  if (static_cast<std::size_t>(lines(heard)) < said) return {};
  for (std::size_t i = 0; i < said; ++i) script.remove_prefix(script.find('\n') + 1);
  if (script.empty()) return {"", Turn::Then::over};
  if (script.starts_with("!")) return {"", Turn::Then::give_up};
  return {std::string(script.substr(0, script.find('\n') + 1))};
}

Answer asked(Client& client, const Ask& ask) {
  std::optional<Answer> answer;
  client.begin(ask, {}, [&](Answer got) { answer = std::move(got); });
  while (!answer) client.turn(Clock::now() + 1s);
  return *std::move(answer);
}

HeldAnswer held(Client& client, bool release = false) {
  const Answer answer = asked(client, {"held", HeldAsk{"pool", release, "bye\n"}});
  REQUIRE(answer.held() != nullptr);
  return *answer.held();
}

}  // namespace

TEST_CASE("dial: a conversation goes on by what was heard") {
  TalkingServer server(echo);
  const Answer answer =
      dialled(to(server, {Converse{say_all, "one\ntwo\nthree\n"}, Say{"four\n"}, Hear{is_line}}));
  CHECK(answer.ok());
  CHECK(answer.dial()->heard ==
        std::vector<std::string>{"you said one\nyou said two\nyou said three\n", "you said four\n"});
}

TEST_CASE("dial: a conversation that the peer ends or makes too long") {
  TalkingServer brief([](Guest& guest) { guest.say("you said " + guest.hear_line()); });
  const Answer closed = dialled(to(brief, {Converse{say_all, "one\ntwo\n"}}));
  CHECK((closed.trouble == Trouble::closed || closed.trouble == Trouble::reset));
  CHECK(closed.dial()->heard == std::vector<std::string>{"you said one\n"});
  TalkingServer server(echo);
  CHECK(dialled(to(server, {Converse{say_all, "one\n", 5}})).trouble == Trouble::too_large);
  const Answer given_up = dialled(to(server, {Converse{say_all, "one\n!"}, Say{"two\n"}}));
  CHECK(given_up.trouble == Trouble::protocol);
  CHECK(given_up.dial()->moves_done == 0);
}

TEST_CASE("held: connections stay until they are released, with a farewell") {
  std::atomic<int> said_farewell{0};
  TalkingServer server([&](Guest& guest) {
    guest.say("welcome\n");
    if (guest.hear_line() == "bye\n") ++said_farewell;
  });
  auto made = Client::create();
  REQUIRE(made);
  Client& client = **made;
  DialAsk ask = to(server, {Hear{is_line}});
  ask.hold_as = "pool";
  CHECK(held(client).open == 0);
  CHECK(asked(client, {"one", ask}).ok());
  CHECK(held(client).open == 1);
  CHECK(held(client, true).open == 1);
  CHECK(held(client).open == 0);
  CHECK(held(client).lost.empty());
  DialAsk hopeless = ask;
  hopeless.moves.emplace_back(Converse{say_all, "!"});
  CHECK_FALSE(asked(client, {"hopeless", hopeless}).ok());
  CHECK(held(client).open == 0);
  // The server serves one after the other: it has seen the farewell by the time that it welcomes the next.
  CHECK(asked(client, {"another", ask}).ok());
  CHECK(said_farewell == 1);
}

TEST_CASE("held: a connection that the peer ends is told with its last words") {
  TalkingServer server([](Guest& guest) {
    guest.say("welcome\n");
    guest.hear_line();
    guest.say("FATAL: go away");
  });
  auto made = Client::create();
  REQUIRE(made);
  DialAsk ask = to(server, {Hear{is_line}, Say{"go\n"}});
  ask.hold_as = "pool";
  CHECK(asked(**made, {"one", ask}).ok());
  while (held(**made).open > 0) (*made)->turn(Clock::now() + 100ms);
  const HeldAnswer answer = held(**made);
  REQUIRE(answer.lost.size() == 1);
  CHECK(answer.lost[0].last_words == "FATAL: go away");
  CHECK(answer.lost[0].problem == "the peer closed the connection");
}
