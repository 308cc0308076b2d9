#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/client.h"

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<Client> a_client() { return std::move(Client::create()).value(); }

// Until `holds`, at most ten seconds.
template <class Condition>
void turn_until(Client& client, Condition holds) {
  const TimePoint deadline = Clock::now() + 10s;
  while (!holds() && Clock::now() < deadline) client.turn(deadline);
  CHECK(holds());
}

}  // namespace

TEST_CASE("aside: work is done by another thread, and told on this one") {
  const auto client = a_client();
  std::thread::id worked, told;
  client->aside([&] { worked = std::this_thread::get_id(); }, [&] { told = std::this_thread::get_id(); });
  CHECK(told == std::thread::id());  // not before turn()
  turn_until(*client, [&] { return told != std::thread::id(); });
  CHECK(worked != std::this_thread::get_id());
  CHECK(told == std::this_thread::get_id());
}

TEST_CASE("aside: the loop goes on meanwhile") {
  const auto client = a_client();
  std::atomic<bool> go_on = false;
  bool told = false, due = false;
  client->aside([&] { go_on.wait(false); }, [&] { told = true; });
  client->at(Clock::now(), [&] { due = true; });
  turn_until(*client, [&] { return due; });
  CHECK_FALSE(told);
  go_on = true;
  go_on.notify_all();
  turn_until(*client, [&] { return told; });
}

TEST_CASE("aside: one piece after the other, in their order") {
  const auto client = a_client();
  std::vector<int> worked, told;
  for (int i = 0; i < 100; ++i)
    client->aside([&worked, i] { worked.push_back(i); }, [&told, i] { told.push_back(i); });
  turn_until(*client, [&] { return told.size() == 100; });
  CHECK(worked == told);
  CHECK(std::is_sorted(told.begin(), told.end()));
}

TEST_CASE("aside: what is abandoned is still done, and told") {
  const auto client = a_client();
  int worked = 0, told = 0;
  for (int i = 0; i < 3; ++i) client->aside([&] { ++worked; }, [&] { ++told; });
  client->abandon();
  CHECK(worked == 3);
  CHECK(told == 3);
}

TEST_CASE("aside: a client that ends waits for the piece under way, and tells nobody") {
  std::atomic<bool> begun = false;
  bool ended = false, told = false;
  {
    const auto client = a_client();
    client->aside(
        [&] {
          begun = true;
          begun.notify_all();
          std::this_thread::yield();
          ended = true;
        },
        [&] { told = true; });
    begun.wait(false);
  }
  CHECK(ended);
  CHECK_FALSE(told);
}
