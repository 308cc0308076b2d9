// Log entries by their ids, against the documented answers of Loki 2.9, Elasticsearch 8, Seq 2023 and of
// anything.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

struct Logs {
  std::string backend = "loki";
  int after_polls = 2;   // until an entry is there
  std::size_t lost = 0;  // so many requests leave none
  int status = 200;
  std::string level = "info";

  std::string answer(const std::string& id) const {
    const std::string line =
        fmt::format(R"({{"request_id":"{}","level":"{}","user":{{"id":7}}}})", id, level);
    if (backend == "elasticsearch")
      return R"({"hits":{"total":{"value":1},"hits":[{"_source":)" + line + "}]}}";
    if (backend == "seq")
      return fmt::format(
          R"([{{"Level":"{}","RenderedMessage":"done","Properties":[{{"Name":"user.id","Value":7}},{{"Name":"level","Value":"{}"}}]}}])",
          level, level);
    if (backend == "http") return line;
    const std::string escaped =
        fmt::format(R"({{\"request_id\":\"{}\",\"level\":\"{}\",\"user\":{{\"id\":7}}}})", id, level);
    return R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"shop"},"values":[["1700000000000000000",")" +
           escaped + R"("]]}]}})";
  }
  std::string nothing() const {
    return backend == "elasticsearch" ? R"({"hits":{"hits":[]}})"
           : backend == "seq"         ? "[]"
           : backend == "http"        ? "{}"
                                      : R"({"data":{"result":[]}})";
  }
};

class World {
 public:
  explicit World(Logs logs) : logs_(std::move(logs)) {}

  client::Answer operator()(const client::Ask& ask) {
    const auto& sent = std::get<client::HttpAsk>(ask.what);
    for (const client::Field& header : sent.headers)
      if (header.name == "X-Request-ID") {
        ids_.push_back(header.value);
        return http_answer(200, {});
      }
    searched_ = sent.url;
    for (std::size_t i = logs_.lost; i < ids_.size(); ++i) {
      if (sent.url.find(ids_[i]) == std::string::npos) continue;
      if (logs_.status != 200) return http_answer(logs_.status, {}, "no");
      return http_answer(200, {},
                         polls_[ids_[i]]++ >= logs_.after_polls ? logs_.answer(ids_[i]) : logs_.nothing());
    }
    return http_answer(logs_.status, {}, logs_.nothing());
  }

  const std::string& searched() const { return searched_; }

 private:
  Logs logs_;
  std::vector<std::string> ids_;
  std::map<std::string, int> polls_;
  std::string searched_;
};

const std::map<std::string, std::string> kKeys{
    {"loki", "backend: loki\nselector: '{app=\"shop\"}'"},
    {"elasticsearch", "backend: elasticsearch\nindex: shop-*\nid_field: request_id"},
    {"seq", "backend: seq\nid_field: RequestId"},
    {"http", "backend: http\nquery: \"/search?q={id}\""}};

std::string says(const Logs& logs, const std::string& more = "", std::string* searched = nullptr) {
  World world(logs);
  const Probe probe = made("kind: log-search\nurl: http://127.0.0.1:3100\nrequests: 3\n" +
                           kKeys.at(logs.backend) + "\n" + more);
  const std::string text = summary(judged(probe, [&](const client::Ask& ask) { return world(ask); }));
  if (searched != nullptr) *searched = world.searched();
  return text;
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("log-search: every entry is found, with its fields") {
  for (const char* const backend : {"loki", "elasticsearch", "seq", "http"}) {
    CAPTURE(backend);
    CHECK(has(says({.backend = backend}), "3 of 3, after 2s at the median and 2s at the latest"));
    CHECK(
        has(says({.backend = backend}, "fields: { level: info, user.id: \"7\" }"), "pass: all 3 facts hold"));
    CHECK(has(says({.backend = backend, .level = "warn"}, "fields: { level: info }"),
              "fail: field level: expected info, got warn"));
    CHECK(has(says({.backend = backend}, "fields: { tenant: present }"),
              "fail: field tenant: expected present, got absent"));
  }
}

TEST_CASE("log-search: what does not arrive is counted, and when it is late") {
  CHECK(has(says({.lost = 1}),
            "fail: log entries: expected 3 of 3 within 30s, got 2 of 3, after 2s at the median and 2s at the "
            "latest; nothing of assay-"));
  CHECK(has(says({.after_polls = 1000}), "got 0 of 3; nothing of"));
  CHECK(has(says({.after_polls = 8}, "within: 5s"), "got 0 of 3"));
}

TEST_CASE("log-search: a place that does not answer is an error, not a loss") {
  CHECK(has(says({.status = 500}), "error: log entries: status 500: no"));
  CHECK(has(says({.status = 401}), "the token is not accepted"));
  CHECK(has(says({.backend = "elasticsearch", .status = 404}), "there is no index shop-*"));
}

TEST_CASE("log-search: the questions are those of each backend") {
  std::string url;
  says({}, "", &url);
  CHECK(
      url.starts_with("http://127.0.0.1:3100/loki/api/v1/"
                      "query_range?limit=10&query=%7Bapp%3D%22shop%22%7D%20%7C%3D%20%60assay-"));
  says({.backend = "elasticsearch"}, "", &url);
  CHECK(url.starts_with("http://127.0.0.1:3100/shop-*/_search?size=1&q=request_id%3A%22assay-"));
  says({.backend = "seq"}, "", &url);
  CHECK(url.starts_with(
      "http://127.0.0.1:3100/api/events?count=1&render=true&filter=RequestId%20%3D%20%27assay-"));
  says({.backend = "http"}, "", &url);
  CHECK(url.starts_with("http://127.0.0.1:3100/search?q=assay-"));
}

TEST_CASE("log-search: mistakes in the gate file") {
  const auto refused = [](const std::string& keys) {
    return staged("kind: log-search\nurl: http://127.0.0.1:3100\n" + keys).errors;
  };
  CHECK(has(refused(""), "\"backend\" is missing"));
  CHECK(has(refused("backend: loki"), "\"selector\" is missing"));
  CHECK(has(refused("backend: seq\nid_field: a\nindex: b"), "\"index\" means nothing to this backend"));
  CHECK(has(refused("backend: http\nquery: /search"), "nothing says where the id stands"));
}
