// What assay's exit status says; scripts and pipelines depend on these numbers.
#pragma once
#include "model/verdict.h"

namespace assay::cli {

enum class ExitCode : int {
  pass = 0,  // also: a command that judges nothing did its work
  fail = 1,
  usage = 2,    // the command line or the gate file is wrong
  invalid = 3,  // the run could not be carried out, or cannot be trusted
  inconclusive = 4,
  internal = 70,
  signal_base = 128,  // interrupted: 128 + signal number
};

constexpr ExitCode exit_code(Grade grade) {
  switch (grade) {
    case Grade::pass:
      return ExitCode::pass;
    case Grade::fail:
      return ExitCode::fail;
    case Grade::inconclusive:
      return ExitCode::inconclusive;
    case Grade::invalid:
      break;
  }
  return ExitCode::invalid;
}

constexpr ExitCode interrupted_exit(int signal) {
  return static_cast<ExitCode>(static_cast<int>(ExitCode::signal_base) + signal);
}

}  // namespace assay::cli
