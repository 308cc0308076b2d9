// A store in one file. WAL lets readers and a writer work at once; writers wait for each other.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "store/sql_connection.h"

namespace assay::store {
namespace {

namespace fs = std::filesystem;
using Failure = Unexpected<SystemError>;

constexpr int kBusyMs = 60'000;  // saving takes milliseconds: this is a queue of hundreds of jobs

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

std::string hint_for(int code) {
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the file is damaged or no store: move it away; a new one is made, and `assay baseline save` "
             "fills it from run directories";
    case SQLITE_FULL:
      return "free some space, raise the limit on file sizes (ulimit -f), or choose a file on another disk "
             "with "
             "--store";
    case SQLITE_IOERR:
      return "check the disk, its free space and the limit on file sizes (ulimit -f), or choose another file "
             "with --store";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "choose a file that you may write to, in a folder that you may write to, with --store";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process has held it for a minute; try again";
    default:
      return "choose another file with --store";
  }
}

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(Database database, std::string file)
      : database_(std::move(database)), file_(std::move(file)) {}

  Expected<SqlRows, SystemError> run(const std::string& sql, const std::vector<SqlValue>& parameters,
                                     std::string_view doing) override {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
      return failure(doing);
    const Statement statement(prepared);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      if (!bind(prepared, "$" + std::to_string(i + 1), parameters[i])) return failure(doing);
    SqlRows rows;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(prepared)) == SQLITE_ROW) rows.push_back(row_of(prepared));
    if (status != SQLITE_DONE) return failure(doing);
    return rows;
  }

  std::vector<std::string> begin_alone() const override { return {"BEGIN IMMEDIATE"}; }
  std::string has_table() const override {
    return "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1";
  }
  const std::string& shown() const override { return file_; }

  // Whatever the answer: a store on a file system without shared memory works without WAL, only slower.
  void use_wal() {
    const auto mode = run("PRAGMA journal_mode", {}, "open");
    if (mode && !mode->empty() && mode->front().front() == SqlValue(std::string("wal"))) return;
    sqlite3_exec(database_.get(), "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
  }

 private:
  static bool bind(sqlite3_stmt* statement, const std::string& parameter, const SqlValue& value) {
    const int index = sqlite3_bind_parameter_index(statement, parameter.c_str());
    if (index == 0) return false;
    if (const auto* whole = std::get_if<std::int64_t>(&value))
      return sqlite3_bind_int64(statement, index, *whole) == SQLITE_OK;
    // The parameters outlive the statement: nothing needs to be copied.
    if (const auto* text = std::get_if<std::string>(&value))
      return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8) ==
             SQLITE_OK;
    const auto& bytes = std::get<Blob>(value).bytes;
    return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC) == SQLITE_OK;
  }

  static std::string bytes_of(sqlite3_stmt* statement, int column) {
    const void* bytes = sqlite3_column_blob(statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }

  static SqlRow row_of(sqlite3_stmt* statement) {
    SqlRow row;
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
      const int type = sqlite3_column_type(statement, column);
      if (type == SQLITE_INTEGER) {
        row.emplace_back(std::int64_t{sqlite3_column_int64(statement, column)});
      } else if (type == SQLITE_BLOB) {
        row.emplace_back(Blob{bytes_of(statement, column)});
      } else {
        row.emplace_back(bytes_of(statement, column));
      }
    }
    return row;
  }

  Failure failure(std::string_view doing) const {
    const int code = sqlite3_extended_errcode(database_.get());
    const int system_errno = sqlite3_system_errno(database_.get());
    std::string reason = sqlite3_errmsg(database_.get());
    const bool says_more = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
    if (says_more && system_errno != 0) reason += ", " + std::generic_category().message(system_errno);
    return Failure(SystemError{std::string(doing), file_, std::move(reason), hint_for(code)});
  }

  Database database_;
  std::string file_;
};

// Writing past `ulimit -f` is to be an error like a full disk, not the end of the process.
void outlive_file_limits() { std::signal(SIGXFSZ, SIG_IGN); }

std::optional<SystemError> make_folder_of(const fs::path& file) {
  std::error_code error;
  const fs::path folder = file.parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (!error) return std::nullopt;
  return system_error("create", folder.string(), error.value(),
                      "choose a file in a folder that you may write to with --store");
}

// SQLite tries to read what it cannot write, so that its own reason for a new file is "no such file".
int reason_of(const fs::path& file, int system_errno) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return system_errno;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? system_errno : errno;
}

}  // namespace

Connected connect_sqlite(const std::string& file, Missing missing) {
  std::error_code ignored;
  if (missing == Missing::refuse && !fs::exists(file, ignored)) {
    return Failure(SystemError{"open", file, "there is no store yet",
                               "`assay run GATE --save` or `assay baseline save RUN` makes one"});
  }
  if (auto problem = make_folder_of(file)) return Failure(*std::move(problem));
  outlive_file_limits();
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(
      file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (status != SQLITE_OK) {
    const int reason = opened == nullptr ? ENOMEM : reason_of(file, sqlite3_system_errno(opened));
    return Failure(system_error("open", file, reason, hint_for(SQLITE_CANTOPEN)));
  }
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, kBusyMs);
  auto connection = std::make_unique<SqliteConnection>(std::move(database), file);
  connection->use_wal();
  return Connected(std::move(connection));
}

}  // namespace assay::store
