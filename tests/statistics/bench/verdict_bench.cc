// Runs one cell of the verdict bench and prints its counts as one line of JSON. Which cells there are, and
// what is made of their counts, is the business of verdict_bench.py.
//   verdict_bench latency --family ACO --seconds 60 --rate 200 --effect +20% --runs 300
//   verdict_bench errors --family shared --seconds 60 --rate 200 --margin 0.01 --excess 0.01 --runs 300
#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/cells.h"

namespace {

using namespace assay::statistics;

constexpr int kInternalError = 70;

struct Request {
  std::string family, effect = "none";
  double seconds = 60, rate = 200, margin = 0.01;
  ErrorRun errors;
  Surroundings surroundings;
  NoiseRule noise;
  bool estimated = false;
  CellSize size;
};

void declare_common(CLI::App& parser, Request& request) {
  parser.add_option("--family", request.family, "Kind of service or of errors")->required();
  parser.add_option("--seconds", request.seconds, "Judged time");
  parser.add_option("--rate", request.rate, "Requests a second of both arms together");
  parser.add_option("--declared", request.noise.correlation_seconds, "Declared correlation time in seconds");
  parser.add_flag("--estimated", request.estimated, "Declare none: it is estimated from the run");
  parser.add_option("--runs", request.size.runs, "Runs");
  parser.add_option("--seed", request.size.seed, "Seed of the first run");
  parser.add_option("--cross-check", request.size.cross_checked,
                    "Runs that a whole verdict is asked about too");
  parser.add_flag("!--no-rivals", request.size.rivals, "Judge by assay alone");
}

std::string text_of(const Tally& tally) {
  std::string text = "{";
  for (const auto& [what, count] : tally.counts()) {
    if (text.size() > 1) text += ", ";
    text += '"' + what + "\": " + std::to_string(count);
  }
  return text + "}";
}

int run_latency(const Request& request) {
  const auto family = family_from(request.family);
  const auto effect = effect_from(request.effect);
  if (!family || !effect) throw CLI::ValidationError("no such family or effect");
  TwoArmRun run{*family, request.surroundings, *effect};
  run.surroundings.seconds = request.seconds;
  run.surroundings.per_second = request.rate;
  const Tally tally = latency_cell(run, request.noise, request.size);
  std::cout << text_of(tally) << '\n';
  if (tally.of("cross-check:differs") == 0) return 0;
  std::cerr << "verdict_bench: verdict::compare_arms answers otherwise than its parts\n";
  return kInternalError;
}

int run_errors(const Request& request) {
  const auto family = error_family_from(request.family);
  if (!family) throw CLI::ValidationError("no such family");
  ErrorRun run = request.errors;
  run.family = *family;
  run.seconds = request.seconds;
  run.per_second = request.rate;
  std::cout << text_of(error_cell(run, request.margin, request.noise, request.size)) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  CLI::App parser("One cell of the verdict bench");
  parser.require_subcommand(1);
  CLI::App* latency = parser.add_subcommand("latency", "Times of two arms");
  declare_common(*latency, request);
  latency->add_option("--effect", request.effect, "none, +10%, +20%, tail or stall");
  latency->add_option("--own", request.surroundings.own_seconds, "True correlation time of own drift");
  CLI::App* errors = parser.add_subcommand("errors", "Errors of two arms");
  declare_common(*errors, request);
  errors->add_option("--margin", request.margin, "Of the error rate, as a ratio");
  errors->add_option("--excess", request.errors.excess, "Of the candidate's error rate, as a ratio");
  try {
    parser.parse(argc, argv);
    if (request.estimated) request.noise.correlation_seconds.reset();
    return latency->parsed() ? run_latency(request) : run_errors(request);
  } catch (const CLI::Error& error) {
    return parser.exit(error);
  }
}
