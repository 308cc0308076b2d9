// How a connection comes to stand: addresses in turn, TCP, then TLS. Everything after that is in
// http1_connection.cc.
#include <cerrno>
#include <memory>
#include <utility>

#include "net/http1_connection.h"
#include "net/socket.h"

namespace assay::net {
namespace {

constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLET;

}  // namespace

void Http1Connection::connect(TimePoint now) {
  facts_.new_connection = true;
  phase_began_ = now;
  addresses_tried_ = 0;
  try_addresses(EADDRNOTAVAIL);
}

// Until one connects or will be decided later. `error` is the last one so far.
void Http1Connection::try_addresses(int error) {
  while (addresses_tried_ < route_.addresses.size() && another_address_may_help(error)) {
    const Address& address = next_address();
    error = open_socket(address);
    if (error == 0) return;
    detail_ = connect_detail(address, error);
  }
  fail_soon(connect_outcome(error), std::move(detail_));
}

const Address& Http1Connection::next_address() {
  ++addresses_tried_;
  address_ = (address_ + 1) % static_cast<std::uint32_t>(route_.addresses.size());
  return route_.addresses[address_];
}

int Http1Connection::open_socket(const Address& address) {
  const Connecting begun = begin_connect(address);
  if (begun.fd < 0) return begun.error;
  wire_.adopt(begun.fd);
  wants_write_ = !begun.standing;
  if (!loop_.add(*this, begun.fd, wants_write_ ? kReadable | EPOLLOUT : kReadable)) {
    const int error = errno;
    wire_.close();
    return error;
  }
  state_ = State::connecting;
  if (begun.standing) loop_.defer(*this, EPOLLOUT);  // unix sockets: there will be no event
  limit(request_.timeouts.connect, phase_began_);
  return 0;
}

void Http1Connection::connect_decided(TimePoint now) {
  const int error = connect_error(wire_.fd());
  if (error == 0) return socket_stands(now);
  detail_ = connect_detail(route_.addresses[address_], error);
  close_socket();
  try_addresses(error);
}

void Http1Connection::socket_stands(TimePoint now) {
  ++route_.connections_opened;
  facts_.connect = now - phase_began_;
  detail_.clear();
  watch_writable(false);
  if (!route_.tls) return begin_request(now);
  state_ = State::handshaking;
  phase_began_ = now;
  wire_.secure(
      std::make_unique<TlsSession>(*route_.tls, route_.server_name, wire_.fd(), loop_.sealed_inbox()));
  limit(request_.timeouts.tls, now);
  shake_hands(now);
}

void Http1Connection::shake_hands(TimePoint now) {
  const IoResult io = wire_.tls()->handshake();
  switch (io.kind) {
    case IoResult::Kind::moved:
      return handshake_done();
    case IoResult::Kind::wants_read:
      return watch_writable(false);
    case IoResult::Kind::wants_write:
      return watch_writable(true);
    default:
      return fail(Outcome::tls, wire_.tls()->failure(), now);
  }
}

void Http1Connection::handshake_done() {
  TlsSession& tls = *wire_.tls();
  const TimePoint now = loop_.stamp();  // our own part of the handshake takes time too
  facts_.tls = now - phase_began_;
  if (!route_.tls_facts) route_.tls_facts = tls.facts();
  if (tls.resumed()) {
    ++route_.sessions_resumed;
    route_.tls_facts->session_resumed = true;
  }
  begin_request(now);
  // Nothing of this connection may stay in the shared inbox, and what came with the handshake is not
  // announced again.
  read(EPOLLIN);
}

void Http1Connection::watch_writable(bool wanted) {
  if (std::exchange(wants_write_, wanted) == wanted) return;
  loop_.modify(*this, wire_.fd(), wanted ? kReadable | EPOLLOUT : kReadable);
}

}  // namespace assay::net
