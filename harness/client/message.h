// What others send to this machine while somebody waits for it: notifications over HTTP and mail. Plain
// structs.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace assay::client {

enum class Speech : std::uint8_t { http, smtp };

struct Message {
  TimePoint came{};
  std::chrono::system_clock::time_point came_wall;
  std::string from;    // the peer: "127.0.0.1:40000"
  std::string method;  // "POST"; "MAIL" of a mail
  std::string place;   // path and query; of a mail its recipients, with "," between
  std::string body;    // of a mail its headers as well
};

// Opens a place where messages arrive until the client ends. Nothing happens where the same place is open
// already; trouble is `local`: the port is in use, or no address of this machine.
struct ListenAsk {
  std::string address;  // "127.0.0.1:9099", "[::]:9099"
  Speech speech = Speech::http;
};

// What has come to that place, after the first `after` messages; at once.
struct ReceiveAsk {
  std::string address;
  std::size_t after = 0;
};

struct InboxAnswer {
  TimePoint opened{};  // the place
  std::vector<Message> messages;
  std::uint64_t refused = 0;  // what was no message, or one too many, since the place was opened
};

}  // namespace assay::client
