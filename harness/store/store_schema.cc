#include "store/store_schema.h"

#include <array>

#include "store/baseline_store.h"

namespace assay::store {
namespace {

using Failure = Unexpected<SystemError>;

// What leads from version i to version i + 1. Types that both databases understand: SQLite takes any name and
// reads its affinity from it. Entries are never changed once released; a change of the tables is a new entry.
constexpr std::array<std::array<const char*, 3>, kStoreSchema> kMigrations = {{{
    "CREATE TABLE assay_meta (name TEXT PRIMARY KEY, number BIGINT NOT NULL)",
    "CREATE TABLE assay_runs ("
    "id TEXT PRIMARY KEY, gate TEXT NOT NULL, scenario_hash TEXT NOT NULL, load_hash TEXT NOT NULL,"
    " environment_hash TEXT NOT NULL, environment TEXT NOT NULL, labels TEXT NOT NULL, name TEXT NOT NULL,"
    " started_utc TEXT NOT NULL, saved_utc TEXT NOT NULL, grade TEXT NOT NULL, arms BIGINT NOT NULL,"
    " same_build BIGINT NOT NULL, two_instances BIGINT NOT NULL, pinned BIGINT NOT NULL,"
    " measures TEXT NOT NULL, result BYTEA NOT NULL)",
    "CREATE INDEX assay_runs_by_key ON assay_runs"
    " (gate, scenario_hash, load_hash, environment_hash, started_utc)",
}}};

Expected<std::int64_t, SystemError> stored_version(SqlConnection& connection) {
  auto there = connection.run(connection.has_table(), {std::string("assay_meta")}, "open");
  if (!there) return Failure(std::move(there).error());
  if (there->empty()) return std::int64_t{0};
  auto rows = connection.run("SELECT number FROM assay_meta WHERE name = 'schema'", {}, "open");
  if (!rows) return Failure(std::move(rows).error());
  if (rows->empty()) return std::int64_t{0};
  const auto* version = std::get_if<std::int64_t>(&rows->front().front());
  return version == nullptr ? std::int64_t{-1} : *version;
}

Expected<void, SystemError> apply(SqlConnection& connection, const std::string& sql,
                                  const std::vector<SqlValue>& parameters = {}) {
  auto done = connection.run(sql, parameters, "prepare");
  if (!done) return Failure(std::move(done).error());
  return {};
}

Expected<void, SystemError> migrate(SqlConnection& connection) {
  const auto version = stored_version(connection);  // another process may have been first
  if (!version) return Failure(version.error());
  if (*version >= kStoreSchema) return {};
  for (std::size_t step = static_cast<std::size_t>(*version); step < kMigrations.size(); ++step) {
    for (const char* statement : kMigrations[step]) {
      if (auto done = apply(connection, statement); !done) return done;
    }
  }
  if (auto done = apply(connection, "DELETE FROM assay_meta WHERE name = 'schema'"); !done) return done;
  return apply(connection, "INSERT INTO assay_meta (name, number) VALUES ('schema', $1)",
               {std::int64_t{kStoreSchema}});
}

Failure newer(const SqlConnection& connection, std::int64_t version) {
  return Failure(SystemError{.operation = "open",
                             .subject = connection.shown(),
                             .reason = "its tables have version " + std::to_string(version) +
                                       ", this assay knows version " + std::to_string(kStoreSchema),
                             .hint = "use the newer assay that wrote it, or another store"});
}

}  // namespace

Expected<void, SystemError> prepare_tables(SqlConnection& connection) {
  const auto version = stored_version(connection);
  if (!version) return Failure(version.error());
  if (*version == kStoreSchema) return {};
  if (*version > kStoreSchema || *version < 0) return newer(connection, *version);
  for (const std::string& statement : connection.begin_alone()) {
    if (auto begun = apply(connection, statement); !begun) return begun;
  }
  auto migrated = migrate(connection);
  if (migrated) return apply(connection, "COMMIT");
  auto undone = connection.run("ROLLBACK", {}, "prepare");  // the first error is the one that matters
  return migrated;
}

}  // namespace assay::store
