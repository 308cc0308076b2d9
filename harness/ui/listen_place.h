// Where to listen, as a user writes it: "127.0.0.1:8089", "[::1]:8089"; port 0 takes a free one. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace assay::ui {

struct ListenPlace {
  std::string address;  // an IP address without brackets
  std::uint16_t port = 0;
  bool loopback = false;

  std::string authority() const;  // "[::1]:8089"
};

// The error says what is wrong in words.
Expected<ListenPlace, std::string> parse_listen_place(std::string_view text);

// How browsers of this machine may call it; port 80 needs no number.
std::vector<std::string> names_of(const ListenPlace& place);

}  // namespace assay::ui
