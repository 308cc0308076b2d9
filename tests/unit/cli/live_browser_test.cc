#include "cli/live_browser.h"

#include <doctest/doctest.h>

using namespace assay::cli;
using namespace std::chrono_literals;

TEST_CASE("the page costs a twentieth of a core at most, and no more often than every other second") {
  CHECK(pause_after(1ms) == 1500ms);
  CHECK(pause_after(100ms) == 1900ms);
  CHECK(pause_after(2s) == 38s);
}
