// A store that a team shares. Every statement is its own round trip; only changes of the tables need a
// transaction.
#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "store/sql_connection.h"
#include "store/store_location.h"

namespace assay::store {
namespace {

using Failure = Unexpected<SystemError>;

// Types as the server numbers them (pg_type.dat): they never change.
constexpr Oid kBytes = 17, kInt8 = 20, kInt4 = 23, kText = 25;

struct Closer {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Server = std::unique_ptr<PGconn, Closer>;
using Result = std::unique_ptr<PGresult, Closer>;

// The first line says what; the others repeat the statement. No password, because is_well_formed() came
// first.
std::string first_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  text = text.substr(0, text.find('\n'));
  for (const std::string_view word : {"ERROR:  ", "FATAL:  "}) {
    if (text.starts_with(word)) text.erase(0, word.size());
  }
  return text.empty() ? "the server closed the connection" : text;
}

std::string hint_for(std::string_view state) {
  if (state == "53100") return "the server's disk is full: free some space there";
  if (state == "42501" || state == "25006")
    return "the user needs the rights to create, read and write tables there";
  if (state.starts_with("28")) return "check the user and the password of the URL";
  if (state == "3D000") return "make the database first: createdb NAME";
  return "check the server, then save again with `assay baseline save RUN`";
}

// Parameters in the form that libpq takes; refers into the values.
struct Parameters {
  explicit Parameters(const std::vector<SqlValue>& values) {
    for (const SqlValue& value : values) add(value);
    // Afterwards: the texts must not move any more.
    for (std::size_t i = 0, number = 0; i < values.size(); ++i)
      if (pointers[i] == nullptr) pointers[i] = numbers[number++].c_str();
  }

  void add(const SqlValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* blob = std::get_if<Blob>(&value);
    const std::string* bytes = text != nullptr ? text : blob != nullptr ? &blob->bytes : nullptr;
    if (bytes == nullptr) numbers.push_back(std::to_string(std::get<std::int64_t>(value)));
    types.push_back(text != nullptr ? kText : blob != nullptr ? kBytes : kInt8);
    pointers.push_back(bytes == nullptr ? nullptr : bytes->c_str());
    lengths.push_back(bytes == nullptr ? 0 : static_cast<int>(bytes->size()));
    formats.push_back(blob != nullptr ? 1 : 0);
  }

  std::vector<std::string> numbers;
  std::vector<Oid> types;
  std::vector<const char*> pointers;
  std::vector<int> lengths, formats;
};

SqlValue value_at(const PGresult* result, int row, int column) {
  const char* text = PQgetvalue(result, row, column);
  const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
  const Oid type = PQftype(result, column);
  if (type == kBytes) {
    std::size_t length = 0;
    unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &length);
    Blob blob;
    if (bytes != nullptr) blob.bytes.assign(reinterpret_cast<const char*>(bytes), length);
    PQfreemem(bytes);
    return blob;
  }
  if (type == kInt8 || type == kInt4) {
    std::int64_t whole = 0;
    std::from_chars(text, text + size, whole);
    return whole;
  }
  return std::string(text, size);
}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(Server server, std::string shown)
      : server_(std::move(server)), shown_(std::move(shown)) {}

  Expected<SqlRows, SystemError> run(const std::string& sql, const std::vector<SqlValue>& parameters,
                                     std::string_view doing) override {
    const Parameters values(parameters);
    const Result result(PQexecParams(server_.get(), sql.c_str(), static_cast<int>(parameters.size()),
                                     values.types.data(), values.pointers.data(), values.lengths.data(),
                                     values.formats.data(), 0));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failure(result.get(), doing);
    SqlRows rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      rows.emplace_back();
      for (int column = 0; column < PQnfields(result.get()); ++column)
        rows.back().push_back(value_at(result.get(), row, column));
    }
    return rows;
  }

  // Any number, as long as nothing else in the database locks the same.
  std::vector<std::string> begin_alone() const override {
    return {"BEGIN", "SELECT pg_advisory_xact_lock(4702111234474983745) IS NULL"};
  }
  std::string has_table() const override {
    return "SELECT table_name::text FROM information_schema.tables"
           " WHERE table_schema = current_schema() AND table_name = $1";
  }
  const std::string& shown() const override { return shown_; }

 private:
  Failure failure(const PGresult* result, std::string_view doing) const {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return Failure(SystemError{std::string(doing), shown_,
                               first_line(message != nullptr ? message : PQerrorMessage(server_.get())),
                               hint_for(state == nullptr ? "" : state)});
  }

  Server server_;
  std::string shown_;
};

// libpq quotes the part that it does not understand, which may be of the password. One with an unescaped
// slash ends the host too early, and then the rest of it, with the @ and the true host, looks like a
// database's name.
bool is_well_formed(const std::string& url) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  if (error != nullptr) PQfreemem(error);
  if (options == nullptr) return false;
  bool good = true;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
    if (option->keyword == std::string_view("dbname") && option->val != nullptr)
      good = std::string_view(option->val).find('@') == std::string_view::npos;
  PQconninfoFree(options);
  return good;
}

}  // namespace

Connected connect_postgres(const std::string& url) {
  if (!is_well_formed(url)) {
    return Failure(SystemError{"read", "the URL of the database", "it is malformed",
                               "write it like postgres://user:password@host/database, with %XX for special "
                               "characters of the password"});
  }
  // What the URL says itself wins over what stands before it. A server that stops answering must not keep a
  // pipeline for hours.
  constexpr std::array<const char*, 9> kNames = {"connect_timeout",
                                                 "application_name",
                                                 "tcp_user_timeout",
                                                 "keepalives_idle",
                                                 "keepalives_interval",
                                                 "keepalives_count",
                                                 "client_encoding",
                                                 "dbname",
                                                 nullptr};
  const std::array<const char*, 9> values = {"10", "assay", "30000",     "10",   "10",
                                             "3",  "UTF8",  url.c_str(), nullptr};
  Server server(PQconnectdbParams(kNames.data(), values.data(), 1));
  std::string shown = shown_location(url);
  if (PQstatus(server.get()) != CONNECTION_OK) {
    return Failure(SystemError{"reach", std::move(shown), first_line(PQerrorMessage(server.get())),
                               "check that the server runs, and the host, port, user and database of the "
                               "URL"});
  }
  PQsetNoticeProcessor(
      server.get(), [](void*, const char*) {}, nullptr);
  return Connected(std::make_unique<PostgresConnection>(std::move(server), std::move(shown)));
}

}  // namespace assay::store
