#include "probes/server_key.h"

#include <doctest/doctest.h>

using namespace assay::probes;

TEST_CASE("a server: paths are appended to its URL without a second slash") {
  CHECK(server_at("http://127.0.0.1:9090").base == "http://127.0.0.1:9090");
  CHECK(server_at("https://metrics.test/prometheus//").base == "https://metrics.test/prometheus");
  CHECK(server_at("http://127.0.0.1:9090").connect_to.empty());
  CHECK(server_at("http://127.0.0.1:9090/").get("up", "/api/v1/query?query=up").label == "up");
}

TEST_CASE("a server on a socket of this machine is reached there, under the name localhost") {
  const Server server = server_at("http+unix://%2Frun%2Fprometheus.sock");
  CHECK(server.base == "http://localhost");
  CHECK(server.connect_to == "unix:/run/prometheus.sock");
}
