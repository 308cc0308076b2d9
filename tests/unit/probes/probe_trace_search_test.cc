// Traces by their ids, against the documented answers of Jaeger and Tempo.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <regex>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

const char* const kJaeger =
    R"({"data":[{"traceID":"x","spans":[{"operationName":"GET /","tags":[{"key":"tenant_id","type":"string","value":"7"}]},{"tags":[]}],)"
    R"("processes":{"p1":{"serviceName":"web"},"p2":{"serviceName":"api","tags":[{"key":"service.version","value":"1.0.0"}]}}}],"errors":null})";
const char* const kTempo =
    R"({"batches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"spans":[{"attributes":[{"key":"tenant_id","value":{"stringValue":"7"}}]}]}]},)"
    R"({"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},"instrumentationLibrarySpans":[{"spans":[{}]}]}]})";

struct Traces {
  std::string backend = "jaeger", body = kJaeger;
  int after_polls = 1, status = 404;
};

std::string says(const Traces& traces, const std::string& more = "", std::string* header = nullptr) {
  const Probe probe =
      made("kind: trace-search\nurl: http://127.0.0.1:16686\nrequests: 2\nbackend: " + traces.backend + "\n" +
           more);
  std::map<std::string, int> polls;
  return summary(judged(probe, [&](const client::Ask& ask) {
    const auto& sent = std::get<client::HttpAsk>(ask.what);
    if (sent.url.find("/api/traces/") == std::string::npos) {
      if (header != nullptr) *header = sent.headers.back().value;
      return http_answer(200, {});
    }
    return polls[sent.url]++ >= traces.after_polls ? http_answer(200, {}, traces.body)
                                                   : http_answer(traces.status, {}, "{}");
  }));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("trace-search: whole traces are found, with what they say") {
  for (const auto& [backend, body] : {std::pair("jaeger", kJaeger), std::pair("tempo", kTempo)}) {
    CAPTURE(backend);
    const Traces traces{.backend = backend, .body = body};
    CHECK(has(says(traces, "services: [web, api]\nmin_spans: 2\nattributes: { tenant_id: \"7\" }"),
              "pass: all 3 facts hold"));
    CHECK(has(says(traces, "services: [web, mail]"), "got 0 of 2; only 2 spans of api, web of 00-"));
    CHECK(has(says(traces, "min_spans: 5"), "only 2 spans"));
    CHECK(has(says(traces, "attributes: { tenant_id: \"8\" }"),
              "fail: attribute tenant_id: expected 8, got 7"));
  }
}

TEST_CASE("trace-search: the header asks to be sampled") {
  std::string header;
  says({}, "", &header);
  CHECK(std::regex_match(header, std::regex("00-[0-9a-f]{32}-[0-9a-f]{16}-01")));
}

TEST_CASE("trace-search: what does not arrive, and a place that does not answer") {
  CHECK(has(says({.after_polls = 1000}),
            "fail: traces: expected 2 of 2 within 30s, got 0 of 2; nothing of 00-"));
  CHECK(has(says({.after_polls = 1000, .status = 502}), "error: traces: status 502"));
}
