// A chain of redirects, walked from the answers that there are: where it leads next, or why it ends. Pure, so
// that asking and judging see the same chain.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probes/kind.h"
#include "probes/web_url.h"

namespace assay::probes {

// One answer of the chain.
struct Hop {
  std::string method;
  WebUrl at;
  int status = 0;            // 0: there was no proper answer
  std::string location;      // as it came
  std::optional<WebUrl> to;  // where it leads; nothing: nowhere
  std::string problem;       // why it leads nowhere although it is a redirect

  bool redirects() const;
};

struct Chain {
  enum class End : std::uint8_t {
    open,      // `url` is to be asked next, with `method`
    stands,    // the last answer is no redirect
    arrived,   // the last answer is that of the goal, whatever it is
    off_list,  // `url` is on a host that must not be asked
    broken,    // Location is no good
    loop,      // `url` was asked before
    too_long,
    trouble,  // the last ask has no answer
  };

  std::vector<Hop> hops;
  End end = End::open;
  WebUrl url;  // where the chain has come to
  std::string method;

  std::string shown() const;  // "http://a/ -> https://a/ -> ..."
};

struct ChainRules {
  WebUrl start;
  std::string method;
  std::size_t max_hops = 5;
  std::function<bool(const WebUrl&)> may_ask;
  std::function<bool(const WebUrl&)> is_goal;
};
Chain walk(const ChainRules& rules, Exchanges answered);

// What the method becomes: browsers make GET of POST by all but 307 and 308.
std::string method_after(std::string_view method, int status);

}  // namespace assay::probes
