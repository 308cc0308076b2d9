#include "demo/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace assay::demo {
namespace {

constexpr std::uint64_t kDefaultItems = 20, kMostItems = 1000, kLastItem = 1'000'000;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;
constexpr std::uint64_t kLongestDelayMs = 3'600'000;

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t limit) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > limit) return std::nullopt;
  return value;
}

void refuse(Answer& answer, unsigned status, std::string_view why) {
  answer.status = status;
  answer.body.append(why).push_back('\n');
}

void json(Answer& answer, std::string_view text) {
  answer.content_type = "application/json";
  answer.body += text;
}

void health(const PageInput&, Answer& answer) { json(answer, R"({"status":"ok"})"); }

void ready(const PageInput&, Answer& answer) {
  json(answer, R"({"status":"ready","checks":{"database":true}})");
}

void metrics(const PageInput& input, Answer& answer) {
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  answer.body = input.metrics.text();
}

nlohmann::json header_object(const Request& request) {
  nlohmann::json fields = nlohmann::json::object();
  for (std::string_view rest = request.fields; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::size_t colon = line.find(':');
    fields[std::string(line.substr(0, colon))] = line.substr(colon + 2);
    rest.remove_prefix(line.size() + 1);
  }
  return fields;
}

void echo(const PageInput& input, Answer& answer) {
  const Request& request = input.request;
  const nlohmann::json seen = {{"method", request.method},
                               {"path", request.path},
                               {"query", request.query},
                               {"headers", header_object(request)},
                               {"body", request.body}};
  json(answer, seen.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void append_item(std::string& out, std::uint64_t id) {
  fmt::format_to(std::back_inserter(out), R"({{"id":{0},"name":"item {0}","price_cents":{1}}})", id,
                 100 + id * 37 % 9900);
}

void list_items(const PageInput& input, Answer& answer) {
  const std::string_view wanted = input.request.parameter("limit");
  const auto limit = wanted.empty() ? kDefaultItems : number(wanted, kMostItems);
  if (!limit) return refuse(answer, 400, "limit must be a number from 0 to 1000");
  json(answer, R"({"page":1,"items":[)");
  for (std::uint64_t id = 1; id <= *limit; ++id) {
    if (id > 1) answer.body += ',';
    append_item(answer.body, id);
  }
  answer.body += "]}";
}

void one_item(const PageInput& input, Answer& answer) {
  const auto id = number(input.rest, kLastItem);
  if (!id || *id == 0) return refuse(answer, 404, "no such item");
  json(answer, "");
  append_item(answer.body, *id);
}

void create_item(const PageInput& input, Answer& answer) {
  const std::uint64_t id = input.state.next_item;
  input.state.next_item = id == kLastItem ? 1001 : id + 1;
  answer.status = 201;
  fmt::format_to(std::back_inserter(answer.fields), "Location: /items/{0}\r\nETag: \"{0}\"\r\n", id);
  json(answer, "");
  append_item(answer.body, id);
}

void login(const PageInput& input, Answer& answer) {
  fmt::format_to(std::back_inserter(answer.fields), "Set-Cookie: session={}; Path=/; HttpOnly\r\n",
                 input.state.session);
  json(answer, R"({"user":"demo"})");
}

bool has_cookie(std::string_view cookies, std::string_view wanted) {
  while (!cookies.empty()) {
    const std::string_view one = cookies.substr(0, cookies.find(';'));
    if (one == wanted) return true;
    cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
    cookies.remove_prefix(std::min(cookies.size(), cookies.find_first_not_of(' ')));
  }
  return false;
}

void me(const PageInput& input, Answer& answer) {
  if (!has_cookie(input.request.header("cookie"), "session=" + input.state.session)) {
    return refuse(answer, 401, "log in first");
  }
  json(answer, R"({"user":"demo"})");
}

void bytes(const PageInput& input, Answer& answer) {
  const auto count = number(input.rest, kMostBytes);
  if (!count) return refuse(answer, 404, "not a number of bytes");
  answer.content_type = "application/octet-stream";
  answer.filler_bytes = *count;
}

void chunked(const PageInput& input, Answer& answer) {
  bytes(input, answer);
  answer.chunked = answer.status == 200;
}

void status(const PageInput& input, Answer& answer) {
  const auto wanted = number(input.rest, 599);
  if (!wanted || *wanted < 200) return refuse(answer, 404, "not a status from 200 to 599");
  answer.status = static_cast<unsigned>(*wanted);
  answer.body += input.rest;
  answer.body += '\n';
}

void delay(const PageInput& input, Answer& answer) {
  const auto ms = number(input.rest, kLongestDelayMs);
  if (!ms) return refuse(answer, 404, "not a number of milliseconds");
  answer.latency = std::chrono::milliseconds(*ms);
  answer.body += "done\n";
}

void redirect(const PageInput&, Answer& answer) {
  answer.status = 302;
  answer.fields += "Location: /items\r\n";
}

constexpr std::array<Page, 16> kPages{{
    {"GET", "/health", health},
    {"GET", "/health/live", health},
    {"GET", "/health/ready", ready},
    {"GET", "/metrics", metrics},
    {"", "/echo", echo},
    {"GET", "/items", list_items},
    {"POST", "/items", create_item},
    {"GET", "/items/*", one_item},
    {"", "/login", login},
    {"GET", "/me", me},
    {"GET", "/bytes/*", bytes},
    {"GET", "/chunked/*", chunked},
    {"", "/status/*", status},
    {"", "/delay/*", delay},
    {"GET", "/redirect", redirect},
    {"GET", "/", health},
}};

bool path_matches(std::string_view pattern, std::string_view path) {
  if (pattern.back() != '*') return pattern == path;
  const std::size_t fixed = pattern.size() - 1;
  return path.size() > fixed && path.substr(0, fixed) == pattern.substr(0, fixed);
}

bool method_matches(std::string_view wanted, std::string_view method) {
  return wanted.empty() || wanted == method || (wanted == "GET" && method == "HEAD");
}

}  // namespace

std::span<const Page> pages() { return kPages; }

PageMatch find_page(std::string_view method, std::string_view path) {
  PageMatch match;
  for (const Page& page : kPages) {
    if (!path_matches(page.pattern, path)) continue;
    match.path_known = true;
    if (!method_matches(page.method, method)) continue;
    match.page = &page;
    if (page.pattern.back() == '*') match.rest = path.substr(page.pattern.size() - 1);
    return match;
  }
  return match;
}

}  // namespace assay::demo
