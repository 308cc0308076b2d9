#include "reports/gate_place.h"

#include <doctest/doctest.h>

using namespace assay::reports;

TEST_CASE("a place is a file, a line and a column, and colons in names of files are part of the name") {
  const GatePlace place = place_of("ci/a:b.yaml:31:5");
  CHECK(place.file == "ci/a:b.yaml");
  CHECK(place.line == 31);
  CHECK(place.column == 5);
}

TEST_CASE("what is no place is none") {
  for (const char* text : {"", "gate.yaml", "gate.yaml:31", ":31:5", "gate.yaml:x:5",
                           "gate.yaml:31:", "gate.yaml:0:5", "gate.yaml:99999999999:5"}) {
    CAPTURE(text);
    CHECK_FALSE(place_of(text).known());
  }
}

TEST_CASE("files are named from the root of the project, wherever assay was called") {
  ReportOptions options;
  CHECK(shown_path("gate.yaml", options) == "gate.yaml");
  options.root = "/srv/shop";
  options.here = "/srv/shop/deploy/eu";
  CHECK(shown_path("gate.yaml", options) == "deploy/eu/gate.yaml");
  CHECK(shown_path("../gate.yaml", options) == "deploy/gate.yaml");
  CHECK(shown_path("./x/../gate.yaml", options) == "deploy/eu/gate.yaml");
  CHECK(shown_path("/srv/shop/gate.yaml", options) == "gate.yaml");
}

TEST_CASE("a file outside of the project keeps its name") {
  ReportOptions options;
  options.root = "/srv/shop";
  options.here = "/srv/shop";
  CHECK(shown_path("/etc/gate.yaml", options) == "/etc/gate.yaml");
  CHECK(shown_path("../gate.yaml", options) == "../gate.yaml");
  CHECK(shown_path("/srv/shopping/gate.yaml", options) == "/srv/shopping/gate.yaml");
}
