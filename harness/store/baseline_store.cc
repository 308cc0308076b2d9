#include "store/baseline_store.h"

#include <utility>

#include "store/compressed_text.h"
#include "store/store_location.h"
#include "store/store_schema.h"

namespace assay::store {
namespace {

using Failure = Unexpected<SystemError>;

constexpr const char* kColumns =
    "id, gate, scenario_hash, load_hash, environment_hash, environment, labels, name, started_utc, saved_utc,"
    " grade, arms, same_build, two_instances, pinned, measures";
constexpr const char* kSameKey =
    "gate = $1 AND scenario_hash = $2 AND load_hash = $3 AND environment_hash = $4";

std::int64_t number(bool value) { return value ? 1 : 0; }

std::vector<SqlValue> key_values(const RunKey& key) {
  return {key.gate, key.scenario_hash, key.load_hash, key.environment_hash};
}

// One row of kColumns, read in their order; what is damaged makes `error`.
class RowReader {
 public:
  explicit RowReader(const SqlRow& row) : row_(row) {}

  std::string text() {
    const auto* value = next<std::string>();
    return value == nullptr ? "" : *value;
  }
  std::int64_t whole() {
    const auto* value = next<std::int64_t>();
    return value == nullptr ? 0 : *value;
  }
  template <class T>
  T parsed(Expected<T, std::string> (*parse)(std::string_view)) {
    auto value = parse(text());
    if (value) return std::move(value).value();
    fail(value.error());
    return {};
  }
  void fail(const std::string& reason) {
    if (error_.empty()) error_ = reason;
  }
  const std::string& error() const { return error_; }

 private:
  template <class T>
  const T* next() {
    const auto* value = at_ < row_.size() ? std::get_if<T>(&row_[at_]) : nullptr;
    if (value == nullptr) fail("column " + std::to_string(at_ + 1) + " of assay_runs has another type");
    ++at_;
    return value;
  }

  const SqlRow& row_;
  std::size_t at_ = 0;
  std::string error_;
};

StoredRun read_run(RowReader& row) {
  StoredRun run;
  run.id = row.text();
  run.key.gate = row.text();
  run.key.scenario_hash = row.text();
  run.key.load_hash = row.text();
  run.key.environment_hash = row.text();
  run.environment = row.parsed(facts_from);
  run.labels = row.parsed(facts_from);
  run.name = row.text();
  run.started_utc = row.text();
  run.saved_utc = row.text();
  const auto grade = grade_from(row.text());
  if (!grade) row.fail("a grade is not known");
  run.grade = grade.value_or(Grade::invalid);
  run.arms = static_cast<std::uint32_t>(row.whole());
  run.same_build = row.whole() != 0;
  run.two_instances = row.whole() != 0;
  run.pinned = row.whole() != 0;
  run.measures = row.parsed(measures_from);
  return run;
}

SystemError damaged(const std::string& place, const std::string& reason) {
  return {.operation = "read",
          .subject = place,
          .reason = reason,
          .hint = "the store is damaged: remove that run, or save it again from its run directory"};
}

Expected<void, SystemError> without_rows(Expected<SqlRows, SystemError> done) {
  if (!done) return Failure(std::move(done).error());
  return {};
}

}  // namespace

Expected<BaselineStore, SystemError> BaselineStore::open(const std::string& location, Missing missing) {
  Connected connected =
      is_database_url(location) ? connect_postgres(location) : connect_sqlite(location, missing);
  if (!connected) return Failure(std::move(connected).error());
  if (auto prepared = prepare_tables(*connected.value()); !prepared) return Failure(prepared.error());
  return BaselineStore(std::move(connected).value());
}

Expected<bool, SystemError> BaselineStore::save(const StoredRun& run, std::string_view result_json) {
  auto done = connection_->run(
      std::string("INSERT INTO assay_runs (") + kColumns +
          ", result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
          " ON CONFLICT (id) DO NOTHING RETURNING id",
      {run.id, run.key.gate, run.key.scenario_hash, run.key.load_hash, run.key.environment_hash,
       facts_text(run.environment), facts_text(run.labels), run.name, run.started_utc, run.saved_utc,
       std::string(name(run.grade)), std::int64_t{run.arms}, number(run.same_build),
       number(run.two_instances), number(run.pinned), measures_text(run.measures),
       Blob{compressed(result_json)}},
      "save the run in");
  if (!done) return Failure(std::move(done).error());
  return !done->empty();
}

Expected<std::vector<StoredRun>, SystemError> BaselineStore::list(const RunFilter& filter) {
  std::string condition = "1 = 1";
  std::vector<SqlValue> parameters;
  if (filter.key) {
    condition = kSameKey;
    parameters = key_values(*filter.key);
  } else if (!filter.gate.empty()) {
    condition = "gate = $1";
    parameters = {filter.gate};
  }
  condition += " ORDER BY started_utc DESC, id DESC";
  if (filter.most > 0) condition += " LIMIT " + std::to_string(filter.most);
  return read_runs(condition, parameters);
}

Expected<std::vector<StoredRun>, SystemError> BaselineStore::find(const std::string& reference) {
  return read_runs(
      "substr(id, 1, length($1)) = $1 OR (name = $1 AND name <> '') ORDER BY started_utc DESC, id DESC",
      {reference});
}

Expected<std::vector<StoredRun>, SystemError> BaselineStore::read_runs(
    const std::string& condition, const std::vector<SqlValue>& parameters) {
  auto rows = connection_->run(std::string("SELECT ") + kColumns + " FROM assay_runs WHERE " + condition,
                               parameters, "read");
  if (!rows) return Failure(std::move(rows).error());
  std::vector<StoredRun> runs;
  for (const SqlRow& row : *rows) {
    RowReader reader(row);
    runs.push_back(read_run(reader));
    if (!reader.error().empty())
      return Failure(damaged("run " + runs.back().id + " of " + shown(), reader.error()));
  }
  return runs;
}

Expected<std::string, SystemError> BaselineStore::result_json(const std::string& id) {
  auto rows = connection_->run("SELECT result FROM assay_runs WHERE id = $1", {id}, "read");
  if (!rows) return Failure(std::move(rows).error());
  const std::string place = "run " + id + " of " + shown();
  if (rows->empty()) return Failure(SystemError{"read", place, "it is not there any more", ""});
  const auto* blob = std::get_if<Blob>(&rows->front().front());
  auto text = blob == nullptr ? std::nullopt : decompressed(blob->bytes);
  if (!text) return Failure(damaged(place, "its result cannot be unpacked"));
  return *std::move(text);
}

Expected<void, SystemError> BaselineStore::set_pinned(const std::string& id, bool pinned,
                                                      const std::string& name) {
  return without_rows(connection_->run(
      "UPDATE assay_runs SET pinned = $1, name = CASE WHEN $2 = '' THEN name ELSE $2 END WHERE id = $3",
      {number(pinned), name, id}, "change the run in"));
}

Expected<void, SystemError> BaselineStore::remove(const std::string& id) {
  return without_rows(connection_->run("DELETE FROM assay_runs WHERE id = $1", {id}, "remove the run from"));
}

Expected<std::size_t, SystemError> BaselineStore::prune(const RunKey& key, const Retention& retention) {
  std::size_t removed = 0;
  if (retention.keep > 0) {
    const std::string same_key = std::string("pinned = 0 AND ") + kSameKey;
    auto gone = connection_->run("DELETE FROM assay_runs WHERE " + same_key +
                                     " AND id NOT IN (SELECT id FROM assay_runs WHERE " + same_key +
                                     " ORDER BY started_utc DESC, id DESC LIMIT " +
                                     std::to_string(retention.keep) + ") RETURNING id",
                                 key_values(key), "remove old runs from");
    if (!gone) return Failure(std::move(gone).error());
    removed += gone->size();
  }
  if (!retention.started_after.empty()) {
    auto gone = connection_->run(
        "DELETE FROM assay_runs WHERE pinned = 0 AND gate = $1 AND started_utc < $2 RETURNING id",
        {key.gate, retention.started_after}, "remove old runs from");
    if (!gone) return Failure(std::move(gone).error());
    removed += gone->size();
  }
  return removed;
}

}  // namespace assay::store
