#include "ui/live_content.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace assay;
using namespace assay::ui;
using reports::LiveFragment;

namespace {

const LiveRun kRun = [] {
  LiveRun run;
  run.gate = "shop";
  return run;
}();

std::vector<std::string> ids_in(const std::string& event) {
  const std::string mark = "\ndata: ";
  const std::size_t begin = event.find(mark) + mark.size();
  std::vector<std::string> ids;
  for (const auto& one : nlohmann::json::parse(event.substr(begin, event.size() - 2 - begin)))
    ids.push_back(one.at("id"));
  return ids;
}

}  // namespace

TEST_CASE("content: who is behind gets what changed since, however often it did") {
  LiveContent content("abc");
  content.update(kRun, {{"head", "1"}, {"plan", "same"}});
  const std::uint64_t first = content.version();
  CHECK(ids_in(content.event_since(0)) == std::vector<std::string>{"head", "plan"});
  content.update(kRun, {{"head", "2"}, {"plan", "same"}});
  content.update(kRun, {{"head", "3"}, {"plan", "same"}});
  CHECK(ids_in(content.event_since(first)) == std::vector<std::string>{"head"});
  CHECK(ids_in(content.event_since(content.version())).empty());
  CHECK(content.event_since(first).find("\"html\":\"3\"") != std::string::npos);
  CHECK(content.page().find("data-version=\"abc-3\"") != std::string::npos);
}

TEST_CASE("content: a version of another run, or none at all, is none of ours") {
  LiveContent content("abc");
  content.update(kRun, {{"head", "1"}});
  content.update(kRun, {{"head", "2"}});
  CHECK(content.version_in("abc-1") == 1);
  for (const char* other :
       {"", "abc-", "abc-3", "abc-1x", "xyz-1", "1", "abc--1", "abc-99999999999999999999"})
    CHECK(content.version_in(other) == 0);
}

TEST_CASE("content: an event is one line of data, whatever the page says") {
  LiveContent content("abc");
  content.update(kRun, {{"head", "<p>a\nb\r\n\ndata: x</p>"}});
  const std::string event = content.event_since(0);
  CHECK(event.starts_with("event: fragments\nid: abc-1\ndata: ["));
  CHECK(event.ends_with("]\n\n"));
  CHECK(std::count(event.begin(), event.end(), '\n') == 4);
  CHECK(event.find('\r') == std::string::npos);
}
