#include "probes/web_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/url.h"
#include "match/answer.h"

namespace assay::probes {
namespace {

constexpr std::size_t kLongest = 8192;

Unexpected<std::string> because(std::string reason) { return Unexpected<std::string>(std::move(reason)); }

// "https" of "https://host"; empty: a reference without a scheme.
std::string_view scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon > text.find_first_of("/?#")) return {};
  return text.substr(0, colon);
}

// Why nothing good can come of it, whatever it leads to. Browsers read "\" as "/" and drop tabs and line
// ends, so that such a text leads them elsewhere than it seems to.
std::string doubt(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 127; };
  if (text.empty()) return "it is empty";
  if (text.size() > kLongest) return fmt::format("it has {} bytes", text.size());
  if (std::any_of(text.begin(), text.end(), is_control)) return "it holds a control character";
  if (text.find(' ') != std::string_view::npos) return "it holds a space";
  if (text.find('\\') != std::string_view::npos)
    return "it holds a backslash, which browsers take for a slash";
  return {};
}

// RFC 3986, 5.2.4: "/a/../b/./c" -> "/b/c".
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_slash = false;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    ends_in_slash = end < path.size() || part == "." || part == "..";
    if (part == ".." && !kept.empty()) kept.pop_back();
    const bool last_is_empty = part.empty() && end == path.size();
    if (part != "." && part != ".." && !last_is_empty) kept.push_back(part);
    if (last_is_empty) ends_in_slash = true;
    begin = end + 1;
  }
  std::string clean;
  for (const std::string_view part : kept) clean.append("/").append(part);
  return clean.empty() || ends_in_slash ? clean + "/" : clean;
}

void set_path_and_query(std::string_view rest, WebUrl& url) {
  rest = rest.substr(0, rest.find('#'));
  const std::size_t mark = rest.find('?');
  const std::string_view path = rest.substr(0, mark);
  url.path = path.empty() ? "/" : without_dots(path);
  url.query.reset();
  if (mark != std::string_view::npos) url.query = rest.substr(mark + 1);
}

// "host:port/path?query" of a URL with that scheme.
Expected<WebUrl, std::string> from_authority(std::string_view scheme, std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return because("it holds a user or password");
  auto parsed = config::parse_url(fmt::format("{}://{}", scheme, authority));
  if (!parsed) return because("its host or port is missing or malformed");
  WebUrl url;
  url.secure = parsed->scheme == config::Url::Scheme::https;
  url.host = match::lower_case(parsed->host);
  url.port = parsed->port;
  set_path_and_query(rest.substr(authority.size()), url);
  return url;
}

}  // namespace

std::string WebUrl::origin() const {
  const bool usual = port == (secure ? 443 : 80);
  const std::string shown_host = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return fmt::format("{}://{}{}", secure ? "https" : "http", shown_host,
                     usual ? std::string() : ":" + std::to_string(port));
}

std::string WebUrl::text() const { return origin() + path + (query ? "?" + *query : std::string()); }

Expected<WebUrl, std::string> parse_web_url(std::string_view text) {
  std::string doubtful = doubt(text);
  if (!doubtful.empty()) return because(std::move(doubtful));
  const std::string scheme = match::lower_case(scheme_of(text));
  if (scheme != "http" && scheme != "https") {
    return because(scheme.empty() ? "it is not absolute: it has no scheme"
                                  : "its scheme is \"" + scheme + "\", not http or https");
  }
  const std::string_view rest = text.substr(scheme.size() + 1);
  if (!rest.starts_with("//")) return because("\"//\" is missing after its scheme");
  return from_authority(scheme, rest.substr(2));
}

Expected<WebUrl, std::string> resolve(const WebUrl& base, std::string_view reference) {
  std::string doubtful = doubt(reference);
  if (!doubtful.empty()) return because(std::move(doubtful));
  if (!scheme_of(reference).empty()) return parse_web_url(reference);
  if (reference.starts_with("//")) return from_authority(base.secure ? "https" : "http", reference.substr(2));
  WebUrl url = base;
  if (reference.starts_with('#')) return url;
  if (reference.starts_with('/')) {
    set_path_and_query(reference, url);
  } else if (reference.starts_with('?')) {
    set_path_and_query(base.path + std::string(reference), url);
  } else {
    set_path_and_query(base.path.substr(0, base.path.rfind('/') + 1) + std::string(reference), url);
  }
  return url;
}

}  // namespace assay::probes
