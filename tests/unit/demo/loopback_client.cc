#include "loopback_client.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "demo/target_spec.h"

namespace assay::demo {

std::unique_ptr<TargetServer> started(TargetOptions options) {
  auto server = TargetServer::start(std::move(options));
  REQUIRE(server);
  return std::move(server).value();
}

TargetOptions with_path(const std::string& spec) {
  auto path = parse_path(spec);
  REQUIRE(path);
  TargetOptions options;
  options.paths.push_back(*path);
  return options;
}

LoopbackClient::LoopbackClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

LoopbackClient::~LoopbackClient() { ::close(socket_); }

void LoopbackClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    REQUIRE(sent > 0);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool LoopbackClient::receive_more() {
  std::array<char, 65536> buffer;
  const ssize_t length = ::recv(socket_, buffer.data(), buffer.size(), 0);
  last_error_ = length < 0 ? errno : 0;
  if (length > 0) received_.append(buffer.data(), static_cast<std::size_t>(length));
  return length > 0;
}

std::string LoopbackClient::taken(std::size_t count) {
  std::string part = received_.substr(0, count);
  received_.erase(0, count);
  return part;
}

std::string LoopbackClient::receive_until(std::string_view end) {
  while (received_.find(end) == std::string::npos && receive_more()) {
  }
  const std::size_t at = received_.find(end);
  return taken(at == std::string::npos ? received_.size() : at + end.size());
}

std::string LoopbackClient::receive_bytes(std::size_t count) {
  while (received_.size() < count && receive_more()) {
  }
  return taken(count);
}

std::string LoopbackClient::receive_all() {
  while (receive_more()) {
  }
  return taken(received_.size());
}

std::string exchange(std::uint16_t port, std::string_view method_and_target, std::string_view fields,
                     std::string_view body) {
  LoopbackClient client(port);
  std::string request(method_and_target);
  request += " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.send(request.append(fields).append("\r\n").append(body));
  return client.receive_all();
}

std::string body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string{} : std::string(answer.substr(end + 4));
}

}  // namespace assay::demo
