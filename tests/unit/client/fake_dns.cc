#include "tests/unit/client/fake_dns.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace assay::client {
namespace {

constexpr std::string_view kNameOfQuestion("\xc0\x0c", 2);

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

Descriptor bound(int type, std::uint16_t port) {
  Descriptor fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

}  // namespace

FakeDns::FakeDns(PollLoop& loop, Replier replier) : loop_(loop), replier_(std::move(replier)) {
  // A port that is free for UDP may be taken for TCP.
  for (int i = 0; i < 100 && !tcp_; ++i) {
    udp_ = bound(SOCK_DGRAM, 0);
    port_ = port_of(udp_.get());
    tcp_ = bound(SOCK_STREAM, port_);
  }
  REQUIRE(tcp_);
  REQUIRE(listen(tcp_.get(), 1) == 0);
  loop_.watch(udp_.get(), POLLIN, [this](short) { on_datagram(); });
  loop_.watch(tcp_.get(), POLLIN, [this](short) { on_connection(); });
}

FakeDns::~FakeDns() {
  for (const int fd : {udp_.get(), tcp_.get(), stream_.get()}) loop_.forget(fd);
}

void FakeDns::on_datagram() {
  std::array<char, 4096> buffer;
  sockaddr_in from{};
  socklen_t length = sizeof from;
  auto* address = reinterpret_cast<sockaddr*>(&from);
  const ssize_t size = recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, address, &length);
  if (size <= 0) return;
  ++queries_;
  const std::string reply = replier_({buffer.data(), static_cast<std::size_t>(size)}, false);
  if (!reply.empty()) sendto(udp_.get(), reply.data(), reply.size(), 0, address, length);
}

void FakeDns::on_connection() {
  stream_ = Descriptor(accept(tcp_.get(), nullptr, nullptr));
  loop_.watch(stream_.get(), POLLIN, [this](short) { on_stream(); });
}

// Queries of these tests are small enough to come in one piece.
void FakeDns::on_stream() {
  std::array<char, 4096> buffer;
  const ssize_t size = recv(stream_.get(), buffer.data(), buffer.size(), 0);
  if (size <= 2) return loop_.forget(stream_.get());
  ++queries_;
  const std::string reply = replier_({buffer.data() + 2, static_cast<std::size_t>(size) - 2}, true);
  const std::string framed = wire_u16(static_cast<unsigned>(reply.size())) + reply;
  send(stream_.get(), framed.data(), framed.size(), MSG_NOSIGNAL);
}

std::string wire_u16(unsigned value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

std::string wire_name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  return wire + '\0';
}

std::string named_record(std::string_view name, int type, std::uint32_t ttl, std::string_view data) {
  return std::string(name) + wire_u16(static_cast<unsigned>(type)) + wire_u16(1) + wire_u16(ttl >> 16) +
         wire_u16(ttl & 0xffff) + wire_u16(static_cast<unsigned>(data.size())) + std::string(data);
}

std::string record(int type, std::uint32_t ttl, std::string_view data) {
  return named_record(kNameOfQuestion, type, ttl, data);
}

std::string reply_to(std::string_view query, int answers, std::string_view records, ReplyFlags flags) {
  const int first = (flags.response ? 0x80 : 0) | (flags.authoritative ? 0x04 : 0) |
                    (flags.truncated ? 0x02 : 0) | (recursion_desired(query) ? 0x01 : 0);
  std::string reply(query.substr(0, 2));
  reply += static_cast<char>(first);
  reply += static_cast<char>(flags.rcode);
  reply += wire_u16(1) + wire_u16(static_cast<unsigned>(answers)) + wire_u16(0) + wire_u16(0);
  const std::size_t end_of_name = query.find('\0', 12);
  reply += query.substr(12, end_of_name + 5 - 12);
  return reply += records;
}

bool recursion_desired(std::string_view query) { return (query.at(2) & 0x01) != 0; }

}  // namespace assay::client
