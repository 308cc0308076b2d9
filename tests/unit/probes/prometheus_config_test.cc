#include "probes/prometheus_config.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

TEST_CASE("configuration of Prometheus: the job that is scraped least often sets the pace") {
  CHECK(scrape_interval_in("global:\n  scrape_interval: 15s\n") == 15s);
  CHECK(scrape_interval_in("global:\n  evaluation_interval: 15s\n") == 1min);
  CHECK(
      scrape_interval_in("global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: a\n- job_name: b\n  "
                         "scrape_interval: 2m\n- job_name: c\n  scrape_interval: 5s\n") == 2min);
  CHECK(scrape_interval_in("global:\n  scrape_interval: 15s\nscrape_configs: none\n") == 15s);
  CHECK_FALSE(scrape_interval_in("- a list\n").has_value());
  CHECK_FALSE(scrape_interval_in("global:\n  scrape_interval: soon\n").has_value());
}

TEST_CASE("configuration of Prometheus: external labels") {
  CHECK(external_labels_in("global:\n  external_labels:\n    env: staging\n") == Labels{{"env", "staging"}});
  CHECK(external_labels_in("global: {}\n").empty());
  CHECK(external_labels_in("nonsense: [").empty());
}
