#include "cli/exit_code.h"

#include <doctest/doctest.h>

#include <csignal>

#include "cli/output_options.h"

namespace assay::cli {
namespace {

RunRecord judged(Grade grade) {
  RunRecord record;
  record.verdict.emplace().grade = grade;
  return record;
}

TEST_CASE("only a pass ends with 0") {
  CHECK(static_cast<int>(exit_code_of(judged(Grade::pass))) == 0);
  CHECK(static_cast<int>(exit_code_of(judged(Grade::fail))) == 1);
  CHECK(static_cast<int>(exit_code_of(judged(Grade::invalid))) == 3);
  CHECK(static_cast<int>(exit_code_of(judged(Grade::inconclusive))) == 4);
}

TEST_CASE("an interrupted run ends like an interrupted process, whatever was judged") {
  RunRecord record = judged(Grade::pass);
  record.result.interrupted_by = SIGINT;
  CHECK(static_cast<int>(exit_code_of(record)) == 130);
  record.result.interrupted_by = SIGTERM;
  CHECK(static_cast<int>(exit_code_of(record)) == 143);
}

TEST_CASE("a measured segment is no failure, one that could not run is") {
  RunRecord record;
  CHECK(exit_code_of(record) == ExitCode::pass);
  record.result.could_not_run = "cannot resolve shop.example: no such name";
  CHECK(exit_code_of(record) == ExitCode::invalid);
}

}  // namespace
}  // namespace assay::cli
