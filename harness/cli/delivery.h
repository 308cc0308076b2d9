// Brings bodies to servers over HTTP, all at the same time. What cannot be brought is said on context.err and
// changes nothing else. Blocks the calling thread for at most kAttempts times kTimeout and the waits between.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/context.h"
#include "client/ask.h"

namespace assay::cli {

struct Parcel {
  std::string receiver;  // "Pushgateway": in what is said
  client::HttpAsk request;
  std::vector<std::string> secrets;  // shown nowhere; longest first
};

// A server that is busy or broken (429, 5xx) is asked again after kFirstWait, and then after twice as long.
inline constexpr int kAttempts = 3;
inline constexpr Nanos kTimeout = std::chrono::seconds(10);
inline constexpr Nanos kFirstWait = std::chrono::seconds(1);

void deliver(const Context& context, std::vector<Parcel> parcels);

// Where a URL says who asks: [begin, colon) is the name, and what follows up to `end` a colon and the
// password. All 0: it does not say.
struct UrlUser {
  std::size_t begin = 0, colon = 0, end = 0;
};
UrlUser user_in(const std::string& text);

// A URL, or a word of the command line with one in it, without the password before its host.
std::string shown_url(const std::string& text);

}  // namespace assay::cli
