#include "ui/listen_place.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

namespace assay::ui {
namespace {

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

std::string ListenPlace::authority() const { return fmt::format("{}:{}", bracketed(address), port); }

Expected<ListenPlace, std::string> parse_listen_place(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool in_brackets = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (in_brackets) address = address.substr(1, address.size() - 2);
  boost::system::error_code ec;
  const auto parsed = boost::asio::ip::make_address(std::string(address), ec);
  ListenPlace place{std::string(address), 0, false};
  if (ec || parsed.is_v6() != in_brackets || !read_port(text.substr(colon + 1), place.port))
    return Unexpected(fmt::format("\"{}\" is no address to listen on: write it like 127.0.0.1:8089", text));
  place.loopback = parsed.is_loopback();
  return place;
}

std::vector<std::string> names_of(const ListenPlace& place) {
  std::vector<std::string> hosts = {bracketed(place.address), "localhost"};
  std::vector<std::string> names;
  for (std::string& host : hosts) {
    names.push_back(fmt::format("{}:{}", host, place.port));
    if (place.port == 80) names.push_back(std::move(host));
  }
  return names;
}

}  // namespace assay::ui
