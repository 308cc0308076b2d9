// Logins to a PostgreSQL that is made up. The proofs were computed with Python's hashlib; the challenge is
// that of RFC 7677.
#include "probes/postgres_login.h"

#include <doctest/doctest.h>

#include "probes/wire_reader.h"
#include "tests/unit/probes/postgres_messages.h"

using namespace assay;
using namespace assay::probes;
using client::Turn;
using Then = client::Turn::Then;

namespace {

const std::string kNonce = "rOprNGfwEbeRWgbNEkqO";
const std::string kChallenge =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string kMechanisms("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0", 34);

client::Converse login(bool secured = false) {
  return pg_logging_in({"user", "pencil", "shop", secured}, kNonce);
}
Turn turn(const client::Converse& talk, const std::string& heard, std::size_t said) {
  return talk.next(talk.script, heard, said);
}

}  // namespace

TEST_CASE("postgres login: it says who it is, and waits") {
  const Turn first = turn(login(), "", 0);
  CHECK(first.say == pg_startup("user", "shop", "assay"));
  CHECK(first.say.find(std::string("application_name\0assay\0", 23)) != std::string::npos);
  const Turn second = turn(login(), "", 1);
  CHECK(second.say.empty());
  CHECK(second.then == Then::go_on);
}

TEST_CASE("postgres login: scram-sha-256") {
  const std::string demand = pg_demand(10, kMechanisms);
  const Turn begin = turn(login(), demand, 1);
  CHECK(begin.say.find("SCRAM-SHA-256") != std::string::npos);
  CHECK(begin.say.ends_with("n,,n=,r=" + kNonce));
  CHECK(turn(login(), demand, 2).say.empty());
  const std::string challenge = demand + pg_demand(11, kChallenge);
  CHECK(turn(login(), challenge, 2)
            .say.ends_with("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                           "p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k="));
  const std::string accepted = challenge + pg_demand(12, "v=x") + pg_demand(0);
  CHECK(turn(login(), accepted, 3).say.empty());
  CHECK(turn(login(), accepted, 3).then == Then::go_on);
  CHECK(turn(login(), accepted + kPgReady, 3).then == Then::over);
  CHECK(hear_pg(accepted + kPgReady).ready);
}

TEST_CASE("postgres login: a challenge that is not sound is not answered") {
  const std::string demand = pg_demand(10, kMechanisms);
  for (const char* challenge :
       {"r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==", "", ",,,", "r"}) {
    CAPTURE(challenge);
    CHECK(turn(login(), demand + pg_demand(11, challenge), 2).then == Then::give_up);
  }
}

TEST_CASE("postgres login: md5, clear text and trust") {
  CHECK(turn(login(), pg_demand(5, "salt"), 1).say.find("md5d3d9bcccbaa2fb5234570d4d0f22b055") == 5);
  CHECK(turn(login(), pg_demand(3), 1).then == Then::give_up);
  CHECK(hear_pg(pg_demand(3)).unable == "the server wants the password in clear text, without TLS");
  CHECK(turn(login(true), pg_demand(3), 1).say.find("pencil") == 5);
  CHECK(turn(login(), pg_demand(0) + kPgReady, 1).then == Then::over);
  CHECK(turn(login(), pg_demand(7), 1).then == Then::give_up);
  CHECK(hear_pg(pg_demand(7)).unable == "the server demands gss, which this side cannot give");
}

TEST_CASE("postgres login: a refusal and a stranger end it") {
  const std::string refusal = pg_error("53300", "sorry, too many clients already");
  CHECK(turn(login(), refusal, 1).then == Then::give_up);
  REQUIRE(hear_pg(refusal).error);
  CHECK(hear_pg(refusal).error->code == "53300");
  CHECK(turn(login(), "HTTP/1.1 400 Bad Request\r\n", 1).then == Then::give_up);
  CHECK(hear_pg("HTTP/1.1 400 Bad Request\r\n").unable == "this is no PostgreSQL");
  for (std::size_t length = 0; length < refusal.size(); ++length)
    CHECK(turn(login(), refusal.substr(0, length), 1).then == Then::go_on);
}
