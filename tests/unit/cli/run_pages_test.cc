#include "cli/run_pages.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/run_identity.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

// A folder of run directories, which is the working directory while it lives.
class Runs {
 public:
  Runs() : before_(fs::current_path()) {
    std::string pattern = (fs::temp_directory_path() / "assay-pages-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::current_path(folder_);
  }
  ~Runs() {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;

  static void add(const fs::path& directory, const std::string& result, bool with_page = true) {
    fs::create_directories(directory);
    std::ofstream(directory / "result.json") << result;
    if (with_page) std::ofstream(directory / "report.html") << "page";
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path before_, folder_;
};

TEST_CASE("run pages: a run is found by what its result holds, whatever its directory is called") {
  const Runs runs;
  runs.add("assay-runs/20260214T090000Z-shop", "one");
  runs.add("assay-runs/by hand", "two");
  runs.add("assay-runs/another", "three");
  const auto pages = find_pages("assay-runs", {run_id("one"), run_id("two"), run_id("four")});
  REQUIRE(pages.size() == 2);
  CHECK(pages.at(run_id("one")) == "assay-runs/20260214T090000Z-shop/report.html");
  CHECK(pages.at(run_id("two")) == "assay-runs/by%20hand/report.html");
  // Links are relative to where the command runs.
  CHECK(find_pages((runs.folder() / "assay-runs").string(), {run_id("one")}) ==
        std::map<std::string, std::string>{{run_id("one"), "assay-runs/20260214T090000Z-shop/report.html"}});
}

TEST_CASE("run pages: without a page there is no link, and a folder that is not there has none") {
  const Runs runs;
  runs.add("assay-runs/bare", "one", false);
  CHECK(find_pages("assay-runs", {run_id("one")}).empty());
  CHECK(find_pages("nowhere", {run_id("one")}).empty());
}

TEST_CASE("run pages: no name of a directory becomes a scheme, a query or markup") {
  const Runs runs;
  runs.add("javascript:alert(1)?<b>#\"'", "one");
  const auto pages = find_pages(".", {run_id("one")});
  REQUIRE(pages.size() == 1);
  CHECK(pages.at(run_id("one")) == "javascript%3Aalert%281%29%3F%3Cb%3E%23%22%27/report.html");
}

}  // namespace
}  // namespace assay::cli
