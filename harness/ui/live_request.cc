#include "ui/live_request.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "ui/secret_token.h"

namespace assay::ui {
namespace {

struct Path {
  std::string_view path;
  LiveAction action;
  std::string_view methods;  // for Allow
};
constexpr std::array<Path, 4> kPaths = {{{"/", LiveAction::page, "GET, HEAD"},
                                         {"/events", LiveAction::events, "GET"},
                                         {"/stop", LiveAction::stop, "POST"},
                                         {"/extend", LiveAction::extend, "POST"}}};

LiveJudgement refusal(unsigned status, std::string words, std::string_view allow = {}) {
  LiveJudgement judgement;
  judgement.status = status;
  judgement.words = std::move(words);
  judgement.allow = allow;
  return judgement;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

// The value of a parameter that needs no decoding: tokens and versions are letters and digits.
std::string_view parameter(std::string_view target, std::string_view name) {
  std::string_view query = target.substr(std::min(target.size(), path_of(target).size() + 1));
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return one.substr(name.size() + 1);
    query.remove_prefix(std::min(query.size(), one.size() + 1));
  }
  return {};
}

// "127.0.0.1:8089", "[::1]:8089": what no name server can point elsewhere.
bool is_literal(std::string_view host, std::uint16_t port) {
  const std::string suffix = ":" + std::to_string(port);
  if (!host.ends_with(suffix)) return false;
  host.remove_suffix(suffix.size());
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code ec;
  boost::asio::ip::make_address(std::string(host), ec);
  return !ec;
}

bool is_our_name(std::string_view host, const LiveDoor& door) {
  return std::ranges::find(door.names, host) != door.names.end() ||
         (door.exposed && is_literal(host, door.port));
}

// Programs that are no browsers say neither.
bool is_from_our_page(const LiveRequest& request) {
  if (!request.fetch_site.empty() && request.fetch_site != "same-origin") return false;
  return request.origin.empty() || request.origin == "http://" + std::string(request.host);
}

// In the head of the request, or for what a browser opens by itself in the address.
bool has_token(const LiveRequest& request, const LiveDoor& door) {
  constexpr std::string_view kScheme = "Bearer ";
  if (request.authorization.starts_with(kScheme))
    return same_secret(door.token, request.authorization.substr(kScheme.size()));
  return same_secret(door.token, parameter(request.target, "token"));
}

bool allows(const Path& path, std::string_view method) {
  return (path.action == LiveAction::page && method == "HEAD") ||
         method == (path.action == LiveAction::page || path.action == LiveAction::events ? "GET" : "POST");
}

constexpr const char* kWithoutToken = "This needs the token that assay printed when the run began.";

}  // namespace

LiveJudgement judge(const LiveRequest& request, const LiveDoor& door) {
  if (!is_our_name(request.host, door))
    return refusal(421, "This server answers only to the address that assay printed.");
  const std::string_view asked = path_of(request.target);
  const auto path = std::ranges::find(kPaths, asked, &Path::path);
  if (path == kPaths.end()) return refusal(404, "There is only /, /events, /stop and /extend.");
  if (!allows(*path, request.method))
    return refusal(405, "Not with this method: " + std::string(path->methods) + ".", path->methods);
  const bool changes = path->action == LiveAction::stop || path->action == LiveAction::extend;
  if ((changes || path->action == LiveAction::events) && !is_from_our_page(request))
    return refusal(403, "Refused: this request comes from another page.");
  if ((changes || door.exposed) && !has_token(request, door)) return refusal(401, kWithoutToken);
  LiveJudgement judgement;
  judgement.action = path->action;
  judgement.head_only = request.method == "HEAD";
  judgement.since = request.last_event_id.empty() ? parameter(request.target, "from") : request.last_event_id;
  return judgement;
}

}  // namespace assay::ui
