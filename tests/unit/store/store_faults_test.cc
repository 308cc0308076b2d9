// What can go wrong around a store: every error says what and what to do.
#include <doctest/doctest.h>

#include <fstream>

#include "base/random.h"
#include "store/baseline_store.h"
#include "store/compressed_text.h"
#include "store/run_directory.h"
#include "store/store_location.h"
#include "tests/unit/store/machine_faults.h"
#include "tests/unit/store/postgres_server.h"
#include "tests/unit/store/stored_run_sample.h"

namespace assay::store {
namespace {

namespace fs = std::filesystem;

std::string filled_store(const fs::path& file, int runs = 20) {
  auto store = BaselineStore::open(file.string(), Missing::create);
  REQUIRE(store);
  for (int i = 0; i < runs; ++i)
    REQUIRE(store->save(stored_run(std::to_string(i), february(1 + i)), std::string(20'000, 'x')));
  return file.string();
}

std::string text_that_does_not_shrink(std::size_t size) {
  std::string text;
  for (std::uint64_t i = 0; text.size() < size; ++i) text += std::to_string(mix64(i));
  return text;
}

TEST_CASE("a store that is not there is not made by reading") {
  const TemporaryFolder folder;
  const auto store = BaselineStore::open((folder / "none.db").string(), Missing::refuse);
  REQUIRE(!store);
  CHECK(store.error().reason == "there is no store yet");
  CHECK(!fs::exists(folder / "none.db"));
}

TEST_CASE("a file that is no store is refused and left alone") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "notes.db", std::string(5000, 'n')));
  const auto store = BaselineStore::open((folder / "notes.db").string(), Missing::create);
  REQUIRE(!store);
  CHECK(store.error().reason == "file is not a database");
  CHECK(store.error().hint.starts_with("the file is damaged or no store: move it away"));
  CHECK(read_file(folder / "notes.db").value() == std::string(5000, 'n'));
}

TEST_CASE("a truncated store is an error, not an empty one") {
  const TemporaryFolder folder;
  const std::string file = filled_store(folder / "store.db");
  fs::resize_file(file, fs::file_size(file) / 2);
  auto store = BaselineStore::open(file, Missing::refuse);
  const auto listed = store ? store->list({}) : Unexpected(store.error());
  REQUIRE(!listed);
  CHECK(listed.error().reason == "database disk image is malformed");
  CHECK(listed.error().hint.starts_with("the file is damaged"));
}

TEST_CASE("a damaged result is an error that names its run") {
  CHECK(decompressed(compressed("text")) == "text");
  CHECK(decompressed(compressed("")) == "");
  CHECK(!decompressed(""));
  CHECK(!decompressed(compressed("text").substr(0, 12)));
  CHECK(!decompressed(std::string(8, '\xFF') + "x"));
  const TemporaryFolder folder;
  const std::string file = filled_store(folder / "store.db", 1);
  const Connected raw = connect_sqlite(file, Missing::refuse);
  REQUIRE(raw.value()->run("UPDATE assay_runs SET result = $1", {Blob{"damaged bytes"}}, "test"));
  auto store = BaselineStore::open(file, Missing::refuse);
  CHECK(store->result_json("0").error().message() ==
        "cannot read run 0 of " + file +
            ": its result cannot be unpacked (the store is damaged: remove that run, or save it again from "
            "its run directory)");
  REQUIRE(raw.value()->run("UPDATE assay_runs SET measures = $1", {std::string("{}")}, "test"));
  CHECK(store->list({}).error().reason == "measures.judged_s: missing");
}

TEST_CASE("a folder without write permission is an error with a hint") {
  const TemporaryFolder folder;
  const std::string file = filled_store(folder / "store.db");
  fs::permissions(folder / "", fs::perms(0555));
  fs::permissions(file, fs::perms(0444));
  const NotRoot not_root;
  for (const std::string& place : {(folder / "new.db").string(), (folder / "deep/new.db").string()}) {
    const auto store = BaselineStore::open(place, Missing::create);
    REQUIRE(!store);
    CHECK(store.error().reason == "Permission denied");
    CHECK(store.error().hint.ends_with("with --store"));
  }
  auto existing = BaselineStore::open(file, Missing::refuse);
  const auto saved =
      existing ? existing->save(stored_run("x", february(1)), "{}") : Unexpected(existing.error());
  REQUIRE(!saved);
  CHECK(saved.error().hint.ends_with("with --store"));
}

TEST_CASE("a full disk is an error, and what was saved before stays") {
  const TemporaryFolder folder;
  const std::string file = filled_store(folder / "store.db", 3);
  auto store = BaselineStore::open(file, Missing::refuse);
  REQUIRE(store);
  {
    const FileSizeLimit limit(400'000);
    const auto saved = store->save(stored_run("large", february(20)), text_that_does_not_shrink(2'000'000));
    REQUIRE(!saved);
    CHECK(saved.error().operation == "save the run in");
    CHECK_MESSAGE(saved.error().message().find("ulimit -f") != std::string::npos, saved.error().message());
  }
  CHECK(store->list({}).value().size() == 3);
  CHECK(store->save(stored_run("small", february(21)), "{}").value());
}

TEST_CASE("a database URL is shown without its password") {
  CHECK(shown_location("postgres://me:secret@db:5432/perf?sslmode=require") == "postgres://me@db:5432/perf");
  CHECK(shown_location("postgresql://db/perf") == "postgresql://db/perf");
  CHECK(shown_location("postgresql://db/perf?sslmode=require") == "postgresql://db/perf");
  CHECK(shown_location("postgres://me:a?b/c@db/perf?sslmode=require") == "postgres://me@db/perf");
  CHECK(shown_location("dir/a@b:c.db") == "dir/a@b:c.db");
}

TEST_CASE("a malformed database URL is refused without saying what stands in it") {
  for (const char* url : {"postgres://me:wsec%ret@127.0.0.1/perf", "postgres://me:w/secret@127.0.0.1/perf"}) {
    const auto store = BaselineStore::open(url, Missing::create);
    REQUIRE(!store);
    CHECK(store.error().reason == "it is malformed");
    CHECK(store.error().message().find("sec") == std::string::npos);
  }
}

TEST_CASE("a server that cannot be reached, has no such database or goes away is an error with a hint") {
  PostgresServer server;
  const auto no_database = BaselineStore::open(server.url("assay", "none"), Missing::create);
  REQUIRE(!no_database);
  CHECK(no_database.error().operation == "reach");
  CHECK(no_database.error().reason.find("database \"none\" does not exist") != std::string::npos);
  CHECK(no_database.error().message().find("secret") == std::string::npos);

  auto store = BaselineStore::open(server.url(), Missing::create);
  REQUIRE(store);
  REQUIRE(store->save(stored_run("a", february(1)), "{}"));
  server.stop();
  const auto saved = store->save(stored_run("b", february(2)), "{}");
  REQUIRE(!saved);
  CHECK(saved.error().hint == "check the server, then save again with `assay baseline save RUN`");
  const auto unreachable = BaselineStore::open(server.url(), Missing::create);
  REQUIRE(!unreachable);
  CHECK(unreachable.error().reason.find("Connection refused") != std::string::npos);
  CHECK(unreachable.error().hint.starts_with("check that the server runs"));
}

}  // namespace
}  // namespace assay::store
