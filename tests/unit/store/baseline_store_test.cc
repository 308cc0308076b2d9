// What both databases must do alike, and from many processes at once.
#include "store/baseline_store.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <functional>

#include "store/store_location.h"
#include "tests/unit/store/machine_faults.h"
#include "tests/unit/store/postgres_server.h"
#include "tests/unit/store/stored_run_sample.h"

namespace assay::store {
namespace {

constexpr int kJobs = 8, kRunsOfAJob = 10;

BaselineStore opened(const std::string& location) {
  auto store = BaselineStore::open(location, Missing::create);
  if (!store) MESSAGE(store.error().message());
  REQUIRE(store);
  return std::move(store).value();
}

std::vector<std::string> ids_of(const std::vector<StoredRun>& runs) {
  std::vector<std::string> ids;
  for (const StoredRun& run : runs) ids.push_back(run.id);
  return ids;
}

using Ids = std::vector<std::string>;

void a_run_comes_back_as_it_was_saved(BaselineStore& store) {
  const StoredRun run = stored_run("abc123", february(1));
  const std::string result = "{\"text\": \"\xC3\xBC \\u0000 'quoted' $1\"}" + std::string(100'000, 'x');
  CHECK(store.save(run, result).value());
  const auto runs = store.list({});
  REQUIRE(runs);
  REQUIRE(runs->size() == 1);
  CHECK(runs->front() == run);
  CHECK(store.result_json("abc123").value() == result);
  CHECK(!store.save(run, result).value());  // again: nothing changes
  CHECK(store.list({}).value().size() == 1);
}

void runs_are_listed_by_key_newest_first(BaselineStore& store) {
  StoredRun elsewhere = stored_run("ffff", february(9));
  elsewhere.key.environment_hash = "other";
  StoredRun other_gate = stored_run("eeee", february(8));
  other_gate.key.gate = "api";
  for (const StoredRun& run : {stored_run("aaaa", february(2)), stored_run("bbbb", february(3)), elsewhere,
                               other_gate, stored_run("cccc", february(1))})
    REQUIRE(store.save(run, "{}"));
  CHECK(ids_of(store.list({}).value()) == Ids{"ffff", "eeee", "bbbb", "aaaa", "cccc"});
  CHECK(ids_of(store.list({.gate = "shop"}).value()) == Ids{"ffff", "bbbb", "aaaa", "cccc"});
  const RunKey key = stored_run("", "").key;
  CHECK(ids_of(store.list({.key = key, .most = 2}).value()) == Ids{"bbbb", "aaaa"});
  CHECK(store.list({.gate = "no'such"}).value().empty());
}

void a_run_is_found_by_the_start_of_its_id_or_by_its_name(BaselineStore& store) {
  StoredRun named = stored_run("abd1", february(2));
  named.name = "golden";
  REQUIRE(store.save(stored_run("abc1", february(1)), "{}"));
  REQUIRE(store.save(named, "{}"));
  CHECK(ids_of(store.find("abc").value()) == Ids{"abc1"});
  CHECK(ids_of(store.find("ab").value()) == Ids{"abd1", "abc1"});
  CHECK(ids_of(store.find("golden").value()) == Ids{"abd1"});
  CHECK(store.find("%").value().empty());
}

void a_run_can_be_pinned_named_and_removed(BaselineStore& store) {
  REQUIRE(store.save(stored_run("abc1", february(1)), "{}"));
  REQUIRE(store.set_pinned("abc1", true, ""));
  CHECK(store.list({}).value().front().pinned);
  CHECK(store.list({}).value().front().name == "release 1.2's");
  REQUIRE(store.set_pinned("abc1", false, "golden"));
  CHECK(!store.list({}).value().front().pinned);
  CHECK(store.list({}).value().front().name == "golden");
  REQUIRE(store.remove("abc1"));
  CHECK(store.list({}).value().empty());
  const auto gone = store.result_json("abc1");
  REQUIRE(!gone);
  CHECK(gone.error().reason == "it is not there any more");
}

void retention_spares_pinned_runs_and_other_keys(BaselineStore& store) {
  StoredRun elsewhere = stored_run("e1", february(1));
  elsewhere.key.environment_hash = "other";
  REQUIRE(store.save(elsewhere, "{}"));
  for (int day = 1; day <= 6; ++day)
    REQUIRE(store.save(stored_run("r" + std::to_string(day), february(day)), "{}"));
  REQUIRE(store.set_pinned("r1", true, ""));
  const RunKey key = elsewhere.key, own = stored_run("", "").key;
  CHECK(store.prune(own, {}).value() == 0);
  CHECK(store.prune(own, {.keep = 3, .started_after = ""}).value() == 2);
  CHECK(ids_of(store.list({}).value()) == Ids{"r6", "r5", "r4", "r1", "e1"});
  CHECK(store.prune(key, {.keep = 0, .started_after = february(5)}).value() == 2);  // by age: the whole gate
  CHECK(ids_of(store.list({}).value()) == Ids{"r6", "r5", "r1"});
}

using Contract = void (*)(BaselineStore&);
constexpr Contract kContracts[] = {a_run_comes_back_as_it_was_saved, runs_are_listed_by_key_newest_first,
                                   a_run_is_found_by_the_start_of_its_id_or_by_its_name,
                                   a_run_can_be_pinned_named_and_removed,
                                   retention_spares_pinned_runs_and_other_keys};

void holds_the_contract(const std::string& location) {
  for (const Contract contract : kContracts) {
    BaselineStore store = opened(location);
    const auto left = store.list({});
    REQUIRE(left);
    for (const StoredRun& run : *left) REQUIRE(store.remove(run.id));
    contract(store);
  }
}

bool save_runs(const std::string& location, int job) {
  auto store = BaselineStore::open(location, Missing::create);
  for (int i = 0; store && i < kRunsOfAJob; ++i) {
    const std::string id = std::to_string(job) + "-" + std::to_string(i);
    if (!store->save(stored_run(id, february(1 + i)), std::string(20'000, 'x'))) return false;
  }
  return store.has_value();
}

// The first of them makes the tables while the others want to.
void serves_many_jobs_at_once(const std::string& location) {
  std::vector<pid_t> jobs;
  for (int job = 0; job < kJobs; ++job) {
    const pid_t process = ::fork();
    if (process == 0) ::_exit(save_runs(location, job) ? 0 : 1);
    jobs.push_back(process);
  }
  for (const pid_t job : jobs) {
    int status = -1;
    REQUIRE(::waitpid(job, &status, 0) == job);
    CHECK(status == 0);
  }
  CHECK(opened(location).list({}).value().size() == kJobs * kRunsOfAJob);
}

void refuses_a_newer_schema(const std::string& location, Connected raw) {
  REQUIRE(raw);
  REQUIRE(raw.value()->run("UPDATE assay_meta SET number = 7 WHERE name = 'schema'", {}, "test"));
  const auto newer = BaselineStore::open(location, Missing::create);
  REQUIRE(!newer);
  CHECK(newer.error().message() ==
        "cannot open " + shown_location(location) +
            ": its tables have version 7, this assay knows version 1 (use the newer assay that wrote it, or "
            "another store)");
}

TEST_CASE("SQLite: the store keeps, lists, finds, pins, prunes and removes runs") {
  const TemporaryFolder folder;
  holds_the_contract((folder / "deep/folder/store.db").string());
}

TEST_CASE("SQLite: eight jobs save into one new file at once and lose nothing") {
  const TemporaryFolder folder;
  serves_many_jobs_at_once((folder / "store.db").string());
}

TEST_CASE("SQLite: tables of a newer assay are refused") {
  const TemporaryFolder folder;
  const std::string file = (folder / "store.db").string();
  opened(file);
  refuses_a_newer_schema(file, connect_sqlite(file, Missing::refuse));
}

TEST_CASE("PostgreSQL: the same, from eight jobs at once into a new database, and a newer one is refused") {
  const PostgresServer server;
  serves_many_jobs_at_once(server.url());
  holds_the_contract(server.url());
  refuses_a_newer_schema(server.url(), connect_postgres(server.url()));
}

}  // namespace
}  // namespace assay::store
