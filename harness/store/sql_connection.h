// What the baseline store needs of a database, so that SQLite and PostgreSQL share one set of statements: a
// statement with parameters $1, $2 ... and rows of values. Internal to store. One thread at a time.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"

namespace assay::store {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};
using SqlValue = std::variant<std::int64_t, std::string, Blob>;
using SqlRow = std::vector<SqlValue>;
using SqlRows = std::vector<SqlRow>;

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // Runs one statement to its end. `doing` is what the error says cannot be done: "save".
  virtual Expected<SqlRows, SystemError> run(const std::string& sql, const std::vector<SqlValue>& parameters,
                                             std::string_view doing) = 0;

  // Statements that open a transaction which no other may open at the same time, for changes of the tables.
  virtual std::vector<std::string> begin_alone() const = 0;
  // Yields one row where the table $1 is there.
  virtual std::string has_table() const = 0;
  virtual const std::string& shown() const = 0;  // the place, without secrets
};

using Connected = Expected<std::unique_ptr<SqlConnection>, SystemError>;

enum class Missing : std::uint8_t { create, refuse };  // what to do where there is no store yet
Connected connect_sqlite(const std::string& file, Missing missing);
Connected connect_postgres(const std::string& url);

}  // namespace assay::store
