// A DNS server on 127.0.0.1 whose replies are made by the test, byte by byte. Lives in the same loop as the
// query, so that nothing depends on the timing of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "client/descriptor.h"
#include "tests/unit/client/poll_loop.h"

namespace assay::client {

class FakeDns {
 public:
  // Query -> reply; empty: silence. `tcp`: it came over TCP.
  using Replier = std::function<std::string(std::string_view query, bool tcp)>;

  FakeDns(PollLoop& loop, Replier replier);
  ~FakeDns();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int queries() const { return queries_; }

 private:
  void on_datagram();
  void on_connection();
  void on_stream();

  PollLoop& loop_;
  Replier replier_;
  Descriptor udp_, tcp_, stream_;
  std::uint16_t port_ = 0;
  int queries_ = 0;
};

// ---- replies
struct ReplyFlags {
  int rcode = 0;
  bool authoritative = false, truncated = false, response = true;
};
// Header and question of `query`, with `answers` records behind.
std::string reply_to(std::string_view query, int answers, std::string_view records, ReplyFlags flags = {});
// A record for the name of the question.
std::string record(int type, std::uint32_t ttl, std::string_view data);
std::string named_record(std::string_view wire_name, int type, std::uint32_t ttl, std::string_view data);
std::string wire_name(std::string_view name);  // "a.b" -> 1 a 1 b 0
std::string wire_u16(unsigned value);
bool recursion_desired(std::string_view query);

}  // namespace assay::client
