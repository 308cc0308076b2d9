#include "client/connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "client/resolve.h"
#include "client/socket_trouble.h"

namespace assay::client {
namespace {

Descriptor open_socket(int family) {
  Descriptor made(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (made && family != AF_UNIX) ::setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace

std::string error_text(int error) { return std::generic_category().message(error); }

Connecting::Connecting(Watcher& watcher, TimePoint deadline, Done done)
    : watcher_(watcher), deadline_(deadline), done_(std::move(done)), share_(watcher) {}

Connecting::~Connecting() {
  if (socket_) watcher_.forget(socket_.get());
}

void Connecting::start(const std::string& host, std::uint16_t port, const Access& access) {
  if (access.connect_to.empty()) return look_up(host, port, access);
  constexpr std::string_view kUnix = "unix:";
  if (access.connect_to.starts_with(kUnix)) {
    const auto address = unix_address(access.connect_to.substr(kUnix.size()));
    if (!address) return fail(Trouble::local, access.connect_to + ": the path is too long for a socket");
    return use({*address});
  }
  const auto there = split_host_port(access.connect_to);
  if (!there) return fail(Trouble::local, "\"" + access.connect_to + "\" is no host:port");
  look_up(there->host, there->port, access);
}

void Connecting::look_up(const std::string& host, std::uint16_t port, const Access& access) {
  const auto written = access.resolve.find(host);
  const std::string& known = written != access.resolve.end() ? written->second : host;
  if (const auto address = literal_address(known, port)) return use({*address});
  host_ = known;
  lookup_ = resolve(known, deadline_ - Clock::now(), watcher_,
                    [this, port](const std::vector<std::string>& found, const std::string& problem) {
                      const auto ended = std::move(lookup_);
                      if (found.empty()) return fail(Trouble::name, problem);
                      std::vector<Address> addresses;
                      for (const std::string& address : found)
                        if (const auto literal = literal_address(address, port))
                          addresses.push_back(*literal);
                      use(std::move(addresses));
                    });
}

void Connecting::use(std::vector<Address> addresses) {
  resolved_ = Clock::now();
  addresses_ = std::move(addresses);
  try_next();
}

void Connecting::try_next() {
  const Address& address = addresses_[next_++];
  address_ = address.text;
  socket_ = open_socket(address.family());
  if (!socket_) return on_failure(errno);
  if (::connect(socket_.get(), address.native(), address.length) == 0) return stand();
  if (errno != EINPROGRESS) return on_failure(errno);
  watcher_.watch(socket_.get(), POLLOUT, [this](short) { on_ready(); });
  const auto left = static_cast<Nanos::rep>(addresses_.size() - next_);
  const TimePoint now = Clock::now();
  if (left > 0) share_.set(now + (deadline_ - now) / (left + 1), [this] { on_failure(ETIMEDOUT); });
}

void Connecting::on_ready() {
  const int error = pending_error(socket_.get());
  error == 0 ? stand() : on_failure(error);
}

void Connecting::on_failure(int error) {
  share_.clear();
  if (socket_) watcher_.forget(socket_.get());
  socket_.reset();
  if (next_ < addresses_.size()) return try_next();
  fail(trouble_of(error), address_ + ": " + error_text(error));
}

void Connecting::stand() {
  share_.clear();
  watcher_.forget(socket_.get());
  Connected connected;
  connected.local = local_address_text(socket_.get());
  connected.address = address_;
  connected.socket = std::move(socket_);
  done_(std::move(connected));
}

void Connecting::fail(Trouble trouble, std::string problem) {
  Connected connected;
  connected.trouble = trouble;
  connected.problem = std::move(problem);
  connected.address = address_;
  done_(std::move(connected));
}

}  // namespace assay::client
