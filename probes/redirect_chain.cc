#include "probes/redirect_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "probes/expectation.h"

namespace assay::probes {
namespace {

void read_location(const client::HttpAnswer& answer, Hop& hop) {
  const std::vector<std::string> values = header_values(answer, "location");
  if (values.empty()) {
    hop.problem = "absent";
    return;
  }
  hop.location = values[0];
  if (std::any_of(values.begin(), values.end(), [&](const auto& value) { return value != values[0]; })) {
    hop.problem = fmt::format("there are {} different ones", values.size());
    return;
  }
  auto url = resolve(hop.at, hop.location);
  if (url) {
    hop.to = *std::move(url);
  } else {
    hop.problem = fmt::format("{}: \"{}\"", url.error(), hop.location);
  }
}

Hop read_hop(const WebUrl& at, std::string method, const client::Answer& answer) {
  Hop hop;
  hop.method = std::move(method);
  hop.at = at;
  if (!answer.ok() || answer.http() == nullptr) return hop;
  hop.status = answer.http()->status;
  if (hop.redirects()) read_location(*answer.http(), hop);
  return hop;
}

bool was_asked(const std::vector<Hop>& hops, const WebUrl& url, std::string_view method) {
  return std::any_of(hops.begin(), hops.end(),
                     [&](const Hop& hop) { return hop.at == url && hop.method == method; });
}

// Why the chain ends with its last hop, which is a redirect or none; open: it goes on.
Chain::End end_after(const ChainRules& rules, const std::vector<Hop>& hops, std::string_view method) {
  const Hop& hop = hops.back();
  if (hop.status == 0) return Chain::End::trouble;
  const bool arrived = rules.is_goal(hop.at);
  if (!hop.redirects()) return arrived ? Chain::End::arrived : Chain::End::stands;
  if (!hop.to) return Chain::End::broken;
  if (was_asked(hops, *hop.to, method)) return Chain::End::loop;
  if (arrived) return Chain::End::arrived;
  if (hops.size() > rules.max_hops) return Chain::End::too_long;
  return rules.may_ask(*hop.to) ? Chain::End::open : Chain::End::off_list;
}

}  // namespace

bool Hop::redirects() const {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string method_after(std::string_view method, int status) {
  const bool keeps = status == 307 || status == 308 || method == "GET" || method == "HEAD";
  return keeps ? std::string(method) : "GET";
}

std::string Chain::shown() const {
  std::string text;
  for (const Hop& hop : hops)
    text += fmt::format("{}{} ({})", text.empty() ? "" : " -> ", hop.at.text(), hop.status);
  const bool further = hops.empty() || hops.back().at != url || end == End::loop;
  return further ? fmt::format("{}{}{}", text, text.empty() ? "" : " -> ", url.text()) : text;
}

Chain walk(const ChainRules& rules, Exchanges answered) {
  Chain chain;
  chain.url = rules.start;
  chain.method = rules.method;
  for (const Exchange& exchange : answered) {
    if (chain.end != Chain::End::open) break;
    chain.hops.push_back(read_hop(chain.url, chain.method, exchange.answer));
    const Hop& hop = chain.hops.back();
    const std::string method = method_after(hop.method, hop.status);
    chain.end = end_after(rules, chain.hops, method);
    const bool leads_on = chain.end == Chain::End::open || chain.end == Chain::End::off_list ||
                          chain.end == Chain::End::too_long || chain.end == Chain::End::loop;
    if (leads_on) {
      chain.url = *hop.to;
      chain.method = method;
    }
  }
  return chain;
}

}  // namespace assay::probes
