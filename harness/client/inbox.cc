#include "client/inbox.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "client/address.h"

namespace assay::client {
namespace {

constexpr std::size_t kMostVisitors = 100, kMostMessages = 10'000, kMostKeptBytes = 64 << 20;
constexpr auto kLongestVisit = std::chrono::minutes(10);
constexpr int kBacklog = 128;

std::string why(int error) { return std::generic_category().message(error); }

}  // namespace

struct Inbox::Visitor {
  Visitor(Descriptor connected, std::string peer, Speech speech, Watcher& watcher)
      : socket(std::move(connected)),
        address(std::move(peer)),
        talk(speech == Speech::http ? http_talk() : smtp_talk()),
        unsent(talk->greeting()),
        limit(watcher) {}

  Descriptor socket;
  std::string address;
  std::unique_ptr<InboxTalk> talk;
  std::string unsent;
  Alarm limit;
};

Inbox::Inbox(Descriptor socket, Speech speech, Watcher& watcher)
    : socket_(std::move(socket)), speech_(speech), watcher_(watcher) {
  watcher_.watch(socket_.get(), POLLIN, [this](short) { welcome(); });
}

Inbox::~Inbox() {
  for (const auto& [fd, visitor] : visitors_) watcher_.forget(fd);
  watcher_.forget(socket_.get());
}

Expected<std::unique_ptr<Inbox>, std::string> Inbox::open(const ListenAsk& ask, Watcher& watcher) {
  const auto place = split_host_port(ask.address);
  const auto address = place ? literal_address(place->host, place->port) : std::nullopt;
  if (!address) return Unexpected("\"" + ask.address + "\" is no address to listen on");
  Descriptor socket(::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  // A port that served a probe just now must serve the next one.
  if (socket) setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!socket || ::bind(socket.get(), address->native(), address->length) != 0 ||
      ::listen(socket.get(), kBacklog) != 0)
    return Unexpected("cannot listen on " + ask.address + ": " + why(errno));
  return std::unique_ptr<Inbox>(new Inbox(std::move(socket), ask.speech, watcher));
}

void Inbox::welcome() {
  for (;;) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    Descriptor socket(
        ::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    if (visitors_.size() >= kMostVisitors) {
      ++refused_;
      continue;
    }
    const int fd = socket.get();
    auto visitor = std::make_unique<Visitor>(
        std::move(socket), address_of(reinterpret_cast<const sockaddr*>(&peer), length).text, speech_,
        watcher_);
    visitor->limit.set(Clock::now() + kLongestVisit, [this, fd] { part(fd); });
    visitors_[fd] = std::move(visitor);
    on_ready(fd, POLLOUT);
  }
}

void Inbox::on_ready(int fd, short events) {
  const auto found = visitors_.find(fd);
  if (found == visitors_.end()) return;
  Visitor& visitor = *found->second;
  if (!talk(visitor, events)) return part(fd);
  const short wanted = visitor.unsent.empty() ? POLLIN : POLLOUT;
  watcher_.watch(fd, wanted, [this, fd](short ready) { on_ready(fd, ready); });
}

bool Inbox::talk(Visitor& visitor, short events) {
  if (visitor.unsent.empty() && (events & (POLLIN | POLLHUP | POLLERR)) != 0) {
    std::array<char, 16 << 10> bytes;  // NOLINT: filled by recv
    const ssize_t got = ::recv(visitor.socket.get(), bytes.data(), bytes.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (got > 0) {
      std::vector<Message> heard;
      visitor.unsent = visitor.talk->hear({bytes.data(), static_cast<std::size_t>(got)}, heard);
      take(std::move(heard), visitor);
    }
  }
  while (!visitor.unsent.empty()) {
    const ssize_t sent =
        ::send(visitor.socket.get(), visitor.unsent.data(), visitor.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    visitor.unsent.erase(0, static_cast<std::size_t>(sent));
  }
  return !visitor.talk->over();
}

void Inbox::take(std::vector<Message> messages, const Visitor& visitor) {
  for (Message& message : messages) {
    if (messages_.size() >= kMostMessages || kept_bytes_ + message.body.size() > kMostKeptBytes) {
      ++refused_;
      continue;
    }
    message.came = Clock::now();
    message.came_wall = std::chrono::system_clock::now();
    message.from = visitor.address;
    kept_bytes_ += message.body.size();
    messages_.push_back(std::move(message));
  }
}

void Inbox::part(int fd) {
  watcher_.forget(fd);
  visitors_.erase(fd);
}

}  // namespace assay::client
