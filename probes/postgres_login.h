// A login to PostgreSQL up to the moment where queries would be taken: protocol 3.0 with the passwords that
// servers demand (scram-sha-256, md5, in clear text inside TLS only) or none. Pure, as client::Converse wants
// it. The server's own proof is not looked at: TLS is what tells servers apart.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "client/dialogue.h"
#include "probes/wire_postgres.h"

namespace assay::probes {

struct PgLogin {
  std::string user, password, database;
  bool secured = false;  // the connection has TLS
};

// `nonce`: random, printable, without a comma; another one for each connection.
client::Converse pg_logging_in(const PgLogin& login, std::string_view nonce);
std::string pg_terminate();  // what a client says before it closes

// What the server made of it. None of these: it has not said yet.
struct PgLoggedIn {
  bool ready = false;
  std::optional<PgError> error;  // also the last one after it was ready
  std::string unable;            // why this side cannot prove who it is: "the server demands gss"
};
PgLoggedIn hear_pg(std::string_view heard);

}  // namespace assay::probes
