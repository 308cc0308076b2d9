#include "probes/address_key.h"

#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

client::DialAsk first_dial(const Probe& probe) {
  return std::get<client::DialAsk>(probe.kind->next(probe, {})[0].what);
}

}  // namespace

TEST_CASE("address: the target's host with the kind's usual port, or what is written") {
  const Probe usual = made("kind: redis", "https://shop.example.com");
  CHECK(first_dial(usual).host == "shop.example.com");
  CHECK(first_dial(usual).port == 6379);
  CHECK_FALSE(usual.spec.elsewhere);
  const Probe written = made("kind: redis\naddress: \"[::1]:7000\"", "https://shop.example.com");
  CHECK(first_dial(written).host == "::1");
  CHECK(first_dial(written).port == 7000);
  CHECK(written.spec.url == "tcp://[::1]:7000");
  CHECK(written.spec.elsewhere);
  CHECK(first_dial(made("kind: tcp", "https://shop.example.com:8443")).port == 8443);
}

TEST_CASE("address: where the target is reached says nothing about another address") {
  const Probe own = made("kind: redis\naddress: db.example.com:6379\nconnect_to: 127.0.0.1:16379");
  CHECK(own.access.connect_to == "127.0.0.1:16379");
  const Probe unix_target =
      made("kind: redis\naddress: db.example.com:6379", "http+unix://%2Frun%2Fapp.sock");
  CHECK(unix_target.access.connect_to.empty());
  CHECK(made("kind: tcp", "http+unix://%2Frun%2Fapp.sock").access.connect_to == "unix:/run/app.sock");
  check_mistake("kind: redis", "the target is reached through connect_to, which says nothing about port 6379",
                "http+unix://%2Frun%2Fapp.sock");
}

TEST_CASE("address: mistakes name their place") {
  check_mistake("kind: redis\naddress: db.example.com", "\"db.example.com\" is not an address");
  check_mistake("kind: redis\naddress: db.example.com:0", "the port must be a number from 1 to 65535");
  check_mistake("kind: redis\naddress: db.example.com:65536", "the port must be a number from 1 to 65535");
  check_mistake("kind: redis\naddress: \"::1:6379\"", "write it like db.example.com:5432 or [::1]:5432");
  check_mistake("kind: redis\naddress: \"unix:/run/redis.sock\"", "is not an address");
  check_mistake("kind: redis\naddress: -o/x:22", "is not an address");
}
