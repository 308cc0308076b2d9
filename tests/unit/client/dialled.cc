#include "tests/unit/client/dialled.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>

#include "client/dial.h"
#include "tests/unit/client/poll_loop.h"

namespace assay::client {

Answer dialled(const DialAsk& ask, const Access& access) {
  PollLoop loop;
  std::optional<Answer> answer;
  std::unique_ptr<Transfer> transfer;
  // Destroyed from within `done`, as the client does it.
  transfer = dial(ask, access, loop, [&](Answer got) {
    transfer.reset();
    answer = std::move(got);
  });
  loop.run_until([&] { return answer.has_value(); });
  CHECK(loop.idle());
  return *std::move(answer);
}

}  // namespace assay::client
