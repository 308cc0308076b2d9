#include "cli/arm_planner.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

config::TargetSpec target(std::string url) {
  config::TargetSpec spec;
  spec.url = std::move(url);
  return spec;
}

engine::ArmPlan planned(const config::TargetSpec& spec) {
  auto arm = plan_arm(spec, config::GateSpec{});
  REQUIRE(arm.has_value());
  return std::move(arm).value();
}

TEST_CASE("an address in the URL is where the run connects") {
  const engine::ArmPlan arm = planned(target("http://127.0.0.1:8080"));
  REQUIRE(arm.addresses.size() == 1);
  CHECK(arm.addresses[0].text == "127.0.0.1:8080");
  CHECK_FALSE(arm.use_tls);
}

TEST_CASE("https without a port means 443 and a name to verify") {
  const engine::ArmPlan arm = planned(target("https://127.0.0.1"));
  CHECK(arm.addresses.at(0).text == "127.0.0.1:443");
  CHECK(arm.use_tls);
  CHECK(arm.tls.verify);
  CHECK(arm.server_name == "127.0.0.1");
}

TEST_CASE("connect_to reaches another address under the same name") {
  config::TargetSpec spec = target("https://api.example");
  spec.connect_to = "[::1]:8443";
  const engine::ArmPlan arm = planned(spec);
  CHECK(arm.addresses.at(0).text == "[::1]:8443");
  CHECK(arm.server_name == "api.example");
}

TEST_CASE("resolve answers for a name without asking anybody") {
  config::TargetSpec spec = target("https://api.example:8443");
  spec.resolve = {{"api.example", "127.0.0.7"}};
  CHECK(planned(spec).addresses.at(0).text == "127.0.0.7:8443");
}

TEST_CASE("unix sockets are addresses too") {
  CHECK(planned(target("http+unix://%2Frun%2Fapp.sock")).addresses.at(0).text == "unix:/run/app.sock");
  config::TargetSpec spec = target("http://app.example");
  spec.connect_to = "unix:/run/other.sock";
  CHECK(planned(spec).addresses.at(0).text == "unix:/run/other.sock");
}

TEST_CASE("secrets are replaced wherever they stand") {
  config::GateSpec gate;
  gate.secrets = {{"TOKEN", "hunter2", {}}, {"EMPTY", "", {}}};
  CHECK(redacted("a hunter2 b hunter2", gate) == "a *** b ***");
  CHECK(redacted("nothing", gate) == "nothing");
}

}  // namespace
}  // namespace assay::cli
