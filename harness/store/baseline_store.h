// The baseline store: runs of gates, kept for later comparisons, in one SQLite file or a PostgreSQL database.
// Both hold the same tables, and runs move between them by export and import. Safe to use from many processes
// at once; one object serves one thread at a time. What goes wrong is an error in words with what to do; a
// store never touches run directories.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "model/stored_run.h"
#include "store/sql_connection.h"

namespace assay::store {

inline constexpr int kStoreSchema = 1;

// Which runs; what is empty does not restrict.
struct RunFilter {
  std::string gate{};
  std::optional<RunKey> key{};
  std::size_t most = 0;  // newest first; 0: all
};

// Zero: no limit of that kind. Pinned runs stay.
struct Retention {
  std::size_t keep = 0;       // newest runs with the same key
  std::string started_after;  // ISO 8601 UTC: runs of the gate that started before go; empty: none
};

class BaselineStore {
 public:
  // A file path or "postgres://..."; the file and its folder are created where `missing` says so, the tables
  // where they are missing.
  static Expected<BaselineStore, SystemError> open(const std::string& location, Missing missing);

  const std::string& shown() const { return connection_->shown(); }

  // False: it was there already, and nothing changed.
  Expected<bool, SystemError> save(const StoredRun& run, std::string_view result_json);
  Expected<std::vector<StoredRun>, SystemError> list(const RunFilter& filter);  // by start, newest first
  // The runs whose id begins with, or whose name is, `reference`.
  Expected<std::vector<StoredRun>, SystemError> find(const std::string& reference);
  Expected<std::string, SystemError> result_json(const std::string& id);

  // `name` replaces the run's name unless it is empty.
  Expected<void, SystemError> set_pinned(const std::string& id, bool pinned, const std::string& name);
  Expected<void, SystemError> remove(const std::string& id);
  // How many runs with the key (count) or of its gate (age) were removed.
  Expected<std::size_t, SystemError> prune(const RunKey& key, const Retention& retention);

 private:
  explicit BaselineStore(std::unique_ptr<SqlConnection> connection) : connection_(std::move(connection)) {}
  Expected<std::vector<StoredRun>, SystemError> read_runs(const std::string& condition,
                                                          const std::vector<SqlValue>& parameters);

  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace assay::store
