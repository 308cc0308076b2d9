#include <doctest/doctest.h>

#include "tests/unit/probes/prometheus_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

// Scraped ten seconds before "now", which is 00:00:30.
std::string target(const std::string& job, const std::string& url, const std::string& health,
                   const std::string& error = "", const std::string& last = "2026-01-01T00:00:20.5Z") {
  return R"({"labels":{"job":")" + job + R"("},"scrapeUrl":")" + url + R"(","health":")" + health +
         R"(","lastError":")" + error + R"(","lastScrape":")" + last +
         R"(","scrapeInterval":"15s","scrapeTimeout":"10s","newKey":1})";
}

std::string says(const std::string& targets, const std::string& keys) {
  PrometheusWorld world;
  world.targets = "[" + targets + "]";
  return summary(judged(made("kind: prometheus-targets\nprometheus: http://127.0.0.1:9090\n" + keys), world));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const std::string kTwo =
    target("shop", "http://a/metrics", "up") + "," + target("shop", "http://b/metrics", "up");

}  // namespace

TEST_CASE("prometheus-targets: all of a job are up") {
  CHECK(has(says(kTwo, "jobs: { shop: 2 }"), "pass: all 2 facts hold"));
  CHECK(says(kTwo, "jobs: { shop: 3 }") == "fail: targets of job shop: expected 3 up, got 2 up");
  CHECK(has(says(kTwo, "jobs: { shop: \">= 1\" }"), "pass"));
  CHECK(says(kTwo + "," + target("shop", "http://c/metrics", "down", "connection refused"),
             "jobs: { shop: 3 }") ==
        "fail: targets of job shop: expected 3 up, got 2 up, http://c/metrics is down: connection refused");
  CHECK(has(says(target("shop", "http://a/metrics", "unknown"), "jobs: { shop: 1 }"), "is not scraped yet"));
}

TEST_CASE("prometheus-targets: a job that is not there is told from one that is down") {
  CHECK(has(says(kTwo, "jobs: { shopp: 2 }"), "no such job; did you mean \"shop\"?"));
  CHECK(has(says("", "jobs: { shop: 2 }"), "nothing is scraped at all"));
  CHECK(has(says(kTwo, "jobs: { postgres: 0 }"), "pass"));
}

TEST_CASE("prometheus-targets: what was up long ago is not fresh") {
  const std::string stale = target("shop", "http://a/metrics", "up", "", "2025-12-31T23:58:00Z");
  CHECK(has(says(stale, "jobs: { shop: 1 }"),
            "fail: last scrape of job shop: expected at most 40s ago, got 2m30s ago"));
  CHECK(has(says(stale, "jobs: { shop: 1 }\nmax_age: 5m"), "pass"));
  CHECK(has(says(kTwo, "jobs: { shop: 2 }\nmax_age: 5s"), "fail: last scrape"));
}

TEST_CASE("prometheus-targets: interval and retention") {
  CHECK(has(says(kTwo, "jobs: { shop: 2 }\ninterval: 15s"), "pass"));
  CHECK(has(says(kTwo, "jobs: { shop: 2 }\ninterval: 30s"),
            "fail: scrape interval of job shop: expected 30s, got 15s of http://a/metrics"));
  CHECK(has(says(kTwo, "jobs: { shop: 2 }\nretention: 15d"), "pass"));
  CHECK(has(says(kTwo, "jobs: { shop: 2 }\nretention: 30d"), "fail: retention: expected 30d, got 15d"));
}

TEST_CASE("prometheus-targets: mistakes in the gate file") {
  const auto refused = [](const std::string& keys) {
    return staged("kind: prometheus-targets\nprometheus: http://127.0.0.1:9090\n" + keys).errors;
  };
  CHECK(has(refused(""), "\"jobs\" is missing"));
  CHECK(has(refused("jobs: {}"), "jobs"));
  CHECK(has(refused("jobs: { a: many }"), "demands no number"));
  CHECK(has(refused("jobs: { a: 1 }\nretention: 15"), "no duration of Prometheus"));
}
