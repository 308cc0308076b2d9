#include "store/run_directory.h"

#include <doctest/doctest.h>

#include "model/codec.h"
#include "tests/support/sample_run.h"
#include "tests/unit/store/machine_faults.h"

namespace assay::store {
namespace {

namespace fs = std::filesystem;

std::size_t entries_of(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

RunRecord small_record(const std::string& id) {
  RunRecord record;
  record.result.id = id;
  return record;
}

TEST_CASE("the default directory sorts by time and is safe as a file name") {
  CHECK(default_directory("2026-02-14T09:00:00.125Z", "invoices-canary") ==
        "assay-runs/20260214T090000Z-invoices-canary");
  CHECK(default_directory("2026-02-14T09:00:00Z", "../a b/ü") == "assay-runs/20260214T090000Z-..-a-b---");
  CHECK(default_directory("2026-02-14T09:00:00Z", "") == "assay-runs/20260214T090000Z-run");
  CHECK(default_directory("2026-02-14T09:00:00Z", std::string(500, 'x')).string().size() < 128);
}

TEST_CASE("a run is read as it was written, by its directory and by its file") {
  const TemporaryFolder folder;
  const RunRecord record = test_support::sample_run();
  const fs::path directory = folder / "runs/first";
  REQUIRE(write_run(directory, record));
  CHECK(entries_of(directory) == 1);
  for (const fs::path& path : {directory, directory / "result.json"}) {
    const auto read = read_run(path);
    REQUIRE(read);
    CHECK(*read == record);
  }
}

TEST_CASE("writing again replaces the result") {
  const TemporaryFolder folder;
  REQUIRE(write_run(folder / "run", small_record("old")));
  REQUIRE(write_run(folder / "run", small_record("new")));
  CHECK(read_run(folder / "run")->result.id == "new");
  CHECK(entries_of(folder / "run") == 1);
}

TEST_CASE("creating a directory that exists is no error, but a file in its place is") {
  const TemporaryFolder folder;
  CHECK(make_directory(folder / "a/b"));
  CHECK(make_directory(folder / "a/b"));
  REQUIRE(write_file(folder / "file", "text"));
  const auto created = make_directory(folder / "file");
  REQUIRE(!created);
  CHECK(created.error().reason == "Not a directory");
  CHECK(!created.error().hint.empty());
}

TEST_CASE("a folder without write permission is an error with a hint") {
  const TemporaryFolder folder;
  REQUIRE(make_directory(folder / "locked"));
  fs::permissions(folder / "locked", fs::perms(0555));
  const NotRoot not_root;
  const auto written = write_run(folder / "locked", small_record("x"));
  REQUIRE(!written);
  CHECK(written.error().message() ==
        "cannot write " + (folder / "locked/result.json").string() +
            ": Permission denied (choose a folder that you may write to with --out)");
  const auto created = write_run(folder / "locked/inside", small_record("x"));
  REQUIRE(!created);
  CHECK(created.error().message() ==
        "cannot create " + (folder / "locked/inside").string() +
            ": Permission denied (choose a folder that you may write to with --out)");
}

TEST_CASE("a write that fails half-way keeps the old result and leaves nothing behind") {
  const TemporaryFolder folder;
  REQUIRE(write_run(folder / "run", small_record("old")));
  RunRecord large = small_record("new");
  large.result.gate_text = std::string(100'000, 'x');
  {
    const FileSizeLimit limit(8192);
    const auto written = write_run(folder / "run", large);
    REQUIRE(!written);
    CHECK(written.error().reason == "File too large");
    CHECK(written.error().hint == "raise the limit on file sizes (ulimit -f)");
  }
  CHECK(read_run(folder / "run")->result.id == "old");
  CHECK(entries_of(folder / "run") == 1);
}

TEST_CASE("a name that is too long is an error with a hint") {
  const TemporaryFolder folder;
  const auto written = write_file(folder / std::string(300, 'x'), "text");
  REQUIRE(!written);
  CHECK(written.error().reason == "File name too long");
  CHECK(written.error().hint == "check the path");
}

TEST_CASE("a run that is not there is an error with a hint") {
  const TemporaryFolder folder;
  REQUIRE(make_directory(folder / "empty"));
  for (const char* name : {"missing", "empty"}) {
    const auto read = read_run(folder / name);
    REQUIRE(!read);
    CHECK(read.error().operation == "read");
    CHECK(read.error().reason == "No such file or directory");
    CHECK(read.error().hint == "check the path");
  }
}

TEST_CASE("a result without read permission is an error with a hint") {
  const TemporaryFolder folder;
  REQUIRE(write_run(folder / "run", small_record("x")));
  fs::permissions(folder / "run/result.json", fs::perms::none);
  const NotRoot not_root;
  const auto read = read_run(folder / "run");
  REQUIRE(!read);
  CHECK(read.error().reason == "Permission denied");
  CHECK(read.error().hint == "check its permissions");
}

TEST_CASE("a truncated result says where it ends and what to do") {
  const TemporaryFolder folder;
  const std::string text = to_json(test_support::sample_run());
  REQUIRE(write_file(folder / "result.json", text.substr(0, text.size() / 2)));
  const auto read = read_run(folder / "");
  REQUIRE(!read);
  CHECK(read.error().subject == (folder / "result.json").string());
  CHECK(read.error().reason ==
        "not valid JSON: it ends too early, after " + std::to_string(text.size() / 2) + " bytes");
  CHECK(read.error().hint == "the file is damaged or not a result of assay; copy it again, or measure again");
}

TEST_CASE("a result of a newer assay is not called damaged") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "result.json", std::string_view(R"({"schema_version":2})")));
  const auto read = read_run(folder / "");
  REQUIRE(!read);
  CHECK(read.error().reason == "schema_version: this assay reads version 1, the file has 2");
  CHECK(read.error().hint == "a newer assay wrote it: use that one, or measure again");
}

TEST_CASE("a file larger than any result is not read at all") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "result.json", std::string_view("{")));
  fs::resize_file(folder / "result.json", std::uintmax_t{5} << 30U);  // without a block on the disk
  const auto read = read_run(folder / "");
  REQUIRE(!read);
  CHECK(read.error().reason == "it is larger than 4GiB");
}

}  // namespace
}  // namespace assay::store
