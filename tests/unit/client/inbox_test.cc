// Places where messages arrive: what real senders say is taken, and what is no message is refused and
// counted.
#include "client/inbox.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "client/client.h"

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;

namespace {

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  close(fd);
  return ntohs(address.sin_port);
}

class World {
 public:
  template <class What>
  Answer ask(What what) {
    const Ask ask{"ask", std::move(what)};
    Access access;
    std::optional<Answer> answer;
    client_->begin(ask, access, [&](Answer got) { answer = std::move(got); });
    const TimePoint deadline = Clock::now() + 20s;
    while (!answer && Clock::now() < deadline) client_->turn(deadline);
    REQUIRE(answer.has_value());
    return *std::move(answer);
  }
  InboxAnswer received(std::size_t after = 0) { return *ask(ReceiveAsk{address, after}).inbox(); }

  const int port = free_port();
  const std::string address = "127.0.0.1:" + std::to_string(port);

 private:
  std::unique_ptr<Client> client_ = std::move(Client::create()).value();
};

HttpAsk post(const World& world, std::string body) {
  HttpAsk ask;
  ask.method = "POST";
  ask.url = "http://" + world.address + "/hook?a=b";
  ask.body = std::move(body);
  return ask;
}

std::string talk(InboxTalk& talking, std::string_view bytes, std::vector<Message>& messages) {
  return talking.hear(bytes, messages);
}

}  // namespace

TEST_CASE("inbox: a notification over HTTP is answered and kept, with when it came") {
  World world;
  CHECK(world.ask(ListenAsk{world.address, Speech::http}).ok());
  CHECK(world.received().messages.empty());
  const TimePoint before = Clock::now();
  const Answer answer = world.ask(post(world, R"({"status":"firing"})"));
  CHECK(answer.http()->status == 200);
  const InboxAnswer inbox = world.received();
  REQUIRE(inbox.messages.size() == 1);
  CHECK(inbox.messages[0].method == "POST");
  CHECK(inbox.messages[0].place == "/hook?a=b");
  CHECK(inbox.messages[0].body == R"({"status":"firing"})");
  CHECK(inbox.messages[0].came >= before);
  CHECK(inbox.messages[0].from.starts_with("127.0.0.1:"));
  CHECK(world.received(1).messages.empty());
  CHECK(world.received(7).messages.empty());
}

TEST_CASE("inbox: kept connections, chunks and leave to send a body") {
  World world;
  CHECK(world.ask(ListenAsk{world.address, Speech::http}).ok());
  for (const bool chunked : {false, true}) {
    HttpAsk ask = post(world, std::string(200'000, 'x'));
    ask.reuse = true;
    ask.expect_continue = true;
    if (chunked) ask.framing = HttpAsk::Framing::chunked;
    CHECK(world.ask(ask).http()->status == 200);
  }
  const auto messages = world.received().messages;
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].body.size() == 200'000);
  CHECK(messages[0].from == messages[1].from);
}

TEST_CASE("inbox: a port in use and a place that is none are said") {
  World world;
  CHECK(world.ask(ListenAsk{world.address, Speech::http}).ok());
  CHECK(world.ask(ListenAsk{world.address, Speech::http}).ok());  // the same place again
  World other;
  const Answer taken = other.ask(ListenAsk{world.address, Speech::http});
  CHECK(taken.trouble == Trouble::local);
  CHECK(taken.problem == "cannot listen on " + world.address + ": Address already in use");
  CHECK(other.ask(ListenAsk{"nowhere", Speech::http}).problem == "\"nowhere\" is no address to listen on");
  CHECK(other.ask(ReceiveAsk{"127.0.0.1:1", 0}).trouble == Trouble::local);
}

TEST_CASE("inbox: what is no HTTP and what is too large is refused") {
  std::vector<Message> messages;
  const auto none = http_talk();
  CHECK(talk(*none, "SSH-2.0-x\r\n\r\n", messages).starts_with("HTTP/1.1 400"));
  CHECK(none->over());
  const auto large = http_talk();
  CHECK(talk(*large, "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", messages)
            .starts_with("HTTP/1.1 413"));
  const auto headers = http_talk();
  std::string answer;
  for (int i = 0; i < 100 && answer.empty(); ++i)
    answer =
        talk(*headers,
             (i == 0 ? "POST / HTTP/1.1\r\n" : "") + std::string("A: ") + std::string(1000, 'x') + "\r\n",
             messages);
  CHECK(answer.starts_with("HTTP/1.1 400"));
  CHECK(messages.empty());
  const auto bytes = http_talk();  // byte by byte, two of them
  std::string said;
  for (int i = 0; i < 2; ++i)
    for (const char c : std::string_view("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"))
      said += talk(*bytes, {&c, 1}, messages);
  CHECK(messages.size() == 2);
  CHECK(messages[1].body == "hi");
  CHECK_FALSE(bytes->over());
}

TEST_CASE("inbox: a mail is taken with its recipients and its text") {
  std::vector<Message> messages;
  const auto talking = smtp_talk();
  CHECK(talking->greeting().starts_with("220 "));
  CHECK(talk(*talking, "EHLO x\r\n", messages).starts_with("250-"));
  CHECK(talk(*talking, "DATA\r\n", messages).starts_with("503"));
  CHECK(talk(*talking,
             "MAIL FROM:<b@example.test>\r\nRCPT TO:<a@example.test>\r\nrcpt to:<c@example.test>\r\n",
             messages) == "250 ok\r\n250 ok\r\n250 ok\r\n");
  CHECK(talk(*talking, "DATA\r\nSubject: x\r\n\r\n..dot\r\n.", messages).starts_with("354"));
  CHECK(messages.empty());
  CHECK(talk(*talking, "\r\nQUIT\r\n", messages) == "250 taken\r\n221 bye\r\n");
  CHECK(talking->over());
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].place == "a@example.test,c@example.test");
  CHECK(messages[0].body == "Subject: x\n\n.dot\n");
  const auto endless = smtp_talk();
  CHECK(talk(*endless, std::string(100'000, 'x'), messages).starts_with("500"));
  CHECK(endless->over());
}
