#include "cli/store_choice.h"

#include <doctest/doctest.h>

#include <sstream>

namespace assay::cli {

TEST_CASE("store: passwords of URLs are not stored with the command line") {
  CHECK(shown_argument("postgres://ci:secret@db/assay") == "postgres://ci@db/assay");
  CHECK(shown_argument("--store=postgresql://ci:secret@db/assay?sslmode=require") ==
        "--store=postgresql://ci@db/assay");
  CHECK(shown_argument("--store") == "--store");
  CHECK(shown_argument("--push=http://ci:secret@push:9091/x") == "--push=http://ci@push:9091/x");
  CHECK(shown_argument("https://ci:sec@ret@push") == "https://ci@push");
  CHECK(shown_argument("http://ci@push:9091") == "http://ci@push:9091");
  CHECK(shown_argument("candidate=http://shop:8080/a@b") == "candidate=http://shop:8080/a@b");
}

TEST_CASE("store: the command line comes before the gate file, and that before the environment") {
  std::ostringstream out, err;
  Context context{.arguments = {}, .environment = {}, .out = out, .err = err};
  context.environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "ASSAY_STORE" ? std::optional<std::string>("from-environment.db") : std::nullopt;
  };
  CHECK(StoreChoice{"given.db"}.location(context, "of-gate.db") == "given.db");
  CHECK(StoreChoice{}.location(context, "of-gate.db") == "of-gate.db");
  CHECK(StoreChoice{}.location(context) == "from-environment.db");
  context.environment = [](std::string_view) { return std::optional<std::string>(); };
  CHECK(StoreChoice{}.location(context) == ".assay/baselines.db");
}

}  // namespace assay::cli
