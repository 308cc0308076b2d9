#include "client/ares_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "client/address.h"

namespace assay::client {
namespace {

constexpr int kTries = 2;

int library_status() {
  static const int kStatus = ares_library_init(ARES_LIB_INIT_ALL);
  return kStatus;
}

}  // namespace

// Own functions because c-ares keeps neither errno nor addresses, and writes to TCP without MSG_NOSIGNAL.
struct AresChannel::Sockets {
  static AresChannel& owner(void* self) { return *static_cast<AresChannel*>(self); }

  template <class T>
  static T noted(void* self, T result) {
    if (result < 0 && errno != EINPROGRESS && errno != EAGAIN) owner(self).socket_error_ = errno;
    return result;
  }

  static ares_socket_t open(int family, int type, int protocol, void* self) {
    return noted(self, ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  }
  static int close(ares_socket_t fd, void*) { return ::close(fd); }
  static int connect(ares_socket_t fd, const sockaddr* address, ares_socklen_t length, void* self) {
    owner(self).peer_ = address_of(address, length).text;
    const int result = noted(self, ::connect(fd, address, length));
    const int error = errno;
    owner(self).local_ = local_address_text(fd);
    errno = error;  // c-ares looks for EINPROGRESS
    return result;
  }
  static ares_ssize_t receive(ares_socket_t fd, void* into, std::size_t size, int flags, sockaddr* from,
                              ares_socklen_t* length, void* self) {
    return noted(self, ::recvfrom(fd, into, size, flags, from, length));
  }
  static ares_ssize_t send(ares_socket_t fd, const iovec* parts, int count, void* self) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return noted(self, ::sendmsg(fd, &message, MSG_NOSIGNAL));
  }

  static constexpr ares_socket_functions kTable{open, close, connect, receive, send};
};

AresChannel::AresChannel(const Setup& setup, Watcher& watcher, std::function<void(bool)> over)
    : watcher_(watcher),
      over_(std::move(over)),
      timeout_(setup.timeout),
      timer_(watcher),
      deadline_(watcher) {
  open(setup);
}

AresChannel::~AresChannel() { close(); }

void AresChannel::open(const Setup& setup) {
  ares_options options{};
  options.flags = setup.flags;
  options.tries = kTries;
  // The second try waits twice as long as the first.
  const auto try_ms = std::chrono::duration_cast<std::chrono::milliseconds>(setup.timeout / 3).count();
  options.timeout = static_cast<int>(std::clamp<std::int64_t>(try_ms, 1, 3'600'000));
  options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
    static_cast<AresChannel*>(self)->watch(fd, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = this;
  int status = library_status();
  if (status == ARES_SUCCESS) {
    status = ares_init_options(&channel_, &options,
                               ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_SOCK_STATE_CB);
  }
  if (status != ARES_SUCCESS) {
    channel_ = nullptr;
    problem_ = ares_strerror(status);
    return;
  }
  ares_set_socket_functions(channel_, &Sockets::kTable, this);
  if (setup.server.empty()) return;
  if (ares_set_servers_ports_csv(channel_, setup.server.c_str()) == ARES_SUCCESS) return;
  problem_ = "\"" + setup.server + "\" is not the address of a server";
  ares_destroy(std::exchange(channel_, nullptr));
}

void AresChannel::watch(int fd, bool readable, bool writable) {
  if (!readable && !writable) return watcher_.forget(fd);
  const auto events = static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
  watcher_.watch(fd, events, [this, fd](short revents) {
    // A refused connection is an error event only; reading and writing then tell c-ares what it is.
    const bool failed = (revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    const bool in = failed || (revents & POLLIN) != 0;
    const bool out = failed || (revents & POLLOUT) != 0;
    work(in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
  });
}

void AresChannel::work(int read_fd, int write_fd) {
  ares_process_fd(channel_, read_fd, write_fd);
  if (settled_) return end(false);
  set_timer();
}

void AresChannel::started() {
  if (settled_ || channel_ == nullptr) return timer_.set(Clock::now(), [this] { end(false); });
  deadline_.set(Clock::now() + timeout_, [this] { end(true); });
  set_timer();
}

void AresChannel::set_timer() {
  timer_.clear();
  timeval wait{};
  if (ares_timeout(channel_, nullptr, &wait) == nullptr) return;
  const Nanos length = std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec);
  timer_.set(Clock::now() + length, [this] { work(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
}

void AresChannel::close() {
  timer_.clear();
  deadline_.clear();
  if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
}

void AresChannel::end(bool late) {
  close();
  const std::function<void(bool)> over = std::move(over_);
  over(late);  // destroys this
}

}  // namespace assay::client
