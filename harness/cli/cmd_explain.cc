#include <CLI/CLI.hpp>
#include <ostream>

#include "base/units.h"
#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/gate_options.h"
#include "cli/pilot.h"
#include "cli/run_options.h"
#include "cli/store_choice.h"
#include "cli/stored_noise.h"

namespace assay::cli {
namespace {

std::string check_pilot(const std::string& text) {
  const auto length = parse_duration(text);
  if (length && *length >= kShortestPilot && *length <= kLongestPilot) return "";
  return "\"" + text + "\" must be a duration from " + format_duration(kShortestPilot) + " to " +
         format_duration(kLongestPilot) + ", for instance 30s";
}

class ExplainCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    gate_.declare(parser);
    run_.declare(parser);
    store_.declare(parser);
    parser
        .add_option("--pilot", pilot_,
                    "Offer this much of the load to both arms first, and tell from their noise; the only way "
                    "in which explain sends anything")
        ->check(check_pilot, "")
        ->type_name("DURATION")
        ->default_str("none");
  }

  ExitCode execute(const Context& context) override {
    const std::optional<Gate> gate = read_gate_file(context, gate_);
    if (!gate) return ExitCode::usage;
    return pilot_.empty() ? explain(context, *gate) : explain_after_pilot(context, *gate);
  }

 private:
  ExitCode explain(const Context& context, const Gate& gate) const {
    // A store that nobody named may well not be there yet.
    const config::JudgementSpec& judgement = gate.spec.judgement;
    const std::string of_gate = judgement.stored ? judgement.stored->store : "";
    auto noise = stored_noise(context, gate.spec, store_.location(context, of_gate));
    if (!noise && !(store_.given.empty() && of_gate.empty())) {
      context.err << "assay: " << noise.error().message() << '\n';
      return ExitCode::invalid;
    }
    Knowledge known;
    if (noise && *noise) known.noise = &**noise;
    context.out << explanation(gate.spec, run_, known) << "\nNothing has been sent.\n";
    return ExitCode::pass;
  }

  ExitCode explain_after_pilot(const Context& context, const Gate& gate) const {
    if (gate.spec.targets.size() < 2 || gate.spec.compare.empty()) {
      context.err
          << "assay: --pilot needs a baseline and comparisons: it measures the noise between two arms\n";
      return ExitCode::usage;
    }
    const std::string contradiction = run_.contradiction(gate.spec);
    if (!contradiction.empty()) {
      context.err << "assay: " << contradiction << '\n';
      return ExitCode::usage;
    }
    const Nanos length = *parse_duration(pilot_);
    context.err << "assay: pilot: offering the gate's load to both arms until " << format_duration(length)
                << " of it are measured\n";
    const auto pilot = run_pilot(context, gate, run_, length);
    if (!pilot) {
      context.err << "assay: the pilot tells nothing: " << pilot.error().sentence << '\n';
      return pilot.error().code;
    }
    context.out << explanation(gate.spec, run_, {&pilot->noise, &pilot->as_measured})
                << "\nThe pilot was sent to both arms; nothing else.\n";
    return ExitCode::pass;
  }

  GateOptions gate_;
  RunOptions run_;
  StoreChoice store_;
  std::string pilot_;  // as written; empty: none
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace assay::cli
