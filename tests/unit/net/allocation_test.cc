// Once warm, requests without interest allocate nothing.
#include <doctest/doctest.h>

#include "client.h"
#include "scripted_server.h"
#include "tests/support/allocation_counter.h"

using namespace assay;
using namespace assay::net;

namespace {

// Keeps the loop busy without a test framework between the requests.
struct Counter final : ExchangeHandler {
  ExchangeRequest request;
  int left = 0;
  bool all_ok = true;
  void on_exchange_end(Http1Connection& connection, const ExchangeResult& result) override {
    all_ok = all_ok && result.outcome == Outcome::ok && result.response.status == 200;
    if (--left > 0) connection.start(request, *this, result.done);
  }

  void run(Client& client, int requests) {
    left = requests;
    client.connection->start(request, *this, Clock::now());
    while (left > 0) client.loop.run_once(Clock::now() + std::chrono::seconds(1));
  }
};

std::uint64_t allocations_of(int requests, const ResponseInterest* interest, std::string_view answer) {
  ScriptedServer server([answer](Peer& peer, int) { answer_all(peer, answer); });
  Client client({server.address()});
  Counter counter;
  counter.request.bytes = kGet;
  counter.request.interest = interest;
  counter.request.timeouts.total = std::chrono::seconds(20);
  counter.run(client, 10);
  const std::uint64_t before = allocations();
  counter.run(client, requests);
  CHECK(counter.all_ok);
  return allocations() - before;
}

}  // namespace

TEST_CASE("this binary counts allocations") {
  const std::uint64_t before = allocations();
  const auto something = std::make_unique<std::string>(100, 'x');
  CHECK(allocations() == before + 2);
}

TEST_CASE("keep-alive requests without interest allocate nothing") {
  CHECK(allocations_of(200, nullptr, ok_answer()) == 0);
}

TEST_CASE("keeping the body and headers allocates nothing either, once the memory is there") {
  ResponseInterest interest;
  interest.body = true;
  interest.all_headers = true;
  CHECK(allocations_of(200, &interest, ok_answer(std::string(5'000, 'x'))) == 0);
}

TEST_CASE("an idle plain connection is small") { CHECK(sizeof(Http1Connection) <= 512); }
