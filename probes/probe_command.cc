#include "probes/probe_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/map_reader.h"
#include "config/parts.h"
#include "config/references.h"
#include "config/values.h"
#include "probes/command_keys.h"
#include "probes/expectation.h"

namespace assay::probes {
namespace {

using Codes = std::vector<int>;
constexpr std::string_view kKeys[] = {"argv",   "shell",  "run",    "exit",       "warn_exit",
                                      "stdout", "stderr", "folder", "environment"};
constexpr std::uint64_t kHighestCode = 255;
constexpr int kNotExecutable = 126, kNotFound = 127;  // a shell's own codes

struct Settings final : config::ProbeSettings {
  client::Ask ask;
  bool shell = false;
  Codes exit{0}, warn_exit;
  std::optional<Expectation> out, err;
};

bool holds(const Codes& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Codes read_codes(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  Codes codes;
  const auto add = [&](const config::Node& item) {
    if (const auto code = read_whole(reading.context, item, label, {0, kHighestCode}))
      codes.push_back(static_cast<int>(*code));
  };
  if (!node.is_sequence()) {
    add(node);
  } else if (config::is_filled_list(reading.context, node, label, "write it like [0, 2]")) {
    for (const config::Node* item : node.items) add(*item);
  }
  return codes;
}

// The matchers of bodies, on an output.
Expectation read_output(const config::ProbeReading& reading, const config::Node& node,
                        std::string_view label) {
  config::ExpectSpec spec;
  spec.body = config::read_matchers(reading.context, node, label, config::MatcherPlace::body);
  Expectation expectation = compile_expectation(reading, spec);
  std::erase_if(expectation.checks, [](const match::Check& check) { return check.is_status(); });
  return expectation;
}

std::vector<client::Field> read_environment(const config::ProbeReading& reading, const config::Node& node) {
  std::vector<client::Field> fields;
  if (!config::is_filled_map(reading.context, node, "environment", "write it like { PGHOST: 10.0.0.7 }"))
    return fields;
  for (const config::Node::Entry& entry : node.entries) {
    if (!config::is_name(entry.key->text))
      reading.error(*entry.key, config::in_quotes(entry.key->text) + " cannot name a variable",
                    "use letters, digits and _");
    if (auto value = reading.text(*entry.value, entry.key->text))
      fields.push_back({entry.key->text, *std::move(value)});
  }
  return fields;
}

std::vector<std::string> read_shell(const config::ProbeReading& reading, const config::Node& run,
                                    bool shell) {
  if (reading.find("argv") != nullptr)
    reading.error(run, "\"run\" and \"argv\" are two commands", "keep one of them");
  if (!shell)
    reading.error(run, "\"run\" needs a shell, and none is used unasked",
                  "add shell: true, or write argv: [program, argument]");
  return {"sh", "-c", reading.text(run, "run").value_or("")};
}

std::vector<std::string> read_command(const config::ProbeReading& reading, bool shell) {
  if (const config::Node* run = reading.find("run")) return read_shell(reading, *run, shell);
  if (shell) {
    reading.error(*reading.find("shell"), "the shell has nothing to run", "add run: \"...\"");
    return {};
  }
  const config::Node* argv = reading.require("argv", "write it like argv: [pg_isready, -q]");
  return argv == nullptr ? std::vector<std::string>() : read_argv(reading, *argv, "argv");
}

void read_end(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* node = reading.find("exit")) settings.exit = read_codes(reading, *node, "exit");
  const config::Node* warn = reading.find("warn_exit");
  if (warn == nullptr) return;
  settings.warn_exit = read_codes(reading, *warn, "warn_exit");
  for (const int code : settings.warn_exit) {
    if (holds(settings.exit, code))
      reading.error(*warn, fmt::format("exit code {} can only pass or warn", code),
                    "name it under \"exit\" or under \"warn_exit\"");
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* shell = reading.find("shell"))
    config::assign(settings->shell, config::read_bool(reading.context, *shell, "shell"));
  settings->ask = command_ask(read_command(reading, settings->shell));
  auto& command = std::get<client::CommandAsk>(settings->ask.what);
  if (settings->shell && command.argv.size() == 3) settings->ask.label = command.argv[2];
  if (const config::Node* folder = reading.find("folder"))
    command.folder = config::read_file_path(reading.context, *folder, "folder");
  if (const config::Node* node = reading.find("environment"))
    command.environment = read_environment(reading, *node);
  read_end(reading, *settings);
  if (const config::Node* node = reading.find("stdout"))
    settings->out = read_output(reading, *node, "stdout");
  if (const config::Node* node = reading.find("stderr"))
    settings->err = read_output(reading, *node, "stderr");
  return settings;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  return {probe.settings<Settings>().ask};
}

void judge_end(const Settings& settings, const client::CommandAnswer& answer, Judgement& judgement) {
  const std::string observed = how_it_ended(answer);
  const int code = answer.exit_code.value_or(-1);
  const bool expected = holds(settings.exit, code), tolerated = holds(settings.warn_exit, code);
  if (settings.shell && !expected && !tolerated && (code == kNotFound || code == kNotExecutable))
    return judgement.could_not("exit code", "the shell could not run it: " + observed);
  const ProbeState state = expected ? ProbeState::pass : tolerated ? ProbeState::warn : ProbeState::fail;
  judgement.add(state, "exit code", fmt::format("{}", fmt::join(settings.exit, " or ")), observed);
}

struct Output {
  std::string_view what;
  const std::string& text;
  bool is_cut = false;
};

// Without final line breaks, as a shell's $(...) gives it: `equals: ok` then means what it says.
void judge_output(const std::optional<Expectation>& expectation, const Output& output, const Probe& probe,
                  Judgement& judgement) {
  if (!expectation) return;
  client::HttpAnswer body;
  body.body = output.text.substr(0, output.text.find_last_not_of("\r\n") + 1);
  body.body_bytes = body.body.size();
  Judgement matched;
  expectation->judge(probe, body, matched);
  for (const ProbeFact& fact : matched.facts()) {
    const bool cut = fact.state != ProbeState::pass && output.is_cut;
    judgement.add(fact.state, std::string(output.what), fact.expected,
                  cut ? fact.observed + " (only the last 64KiB were kept)" : fact.observed, fact.location);
  }
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const auto& [ask, answer] = all[0];
  Judgement judgement;
  if (judgement.trouble(ask, answer, "an end")) return judgement;
  const client::CommandAnswer& said = *answer.command();
  judge_end(settings, said, judgement);
  judge_output(settings.out, {"stdout", said.out, said.out_is_cut}, probe, judgement);
  judge_output(settings.err, {"stderr", said.err, said.err_is_cut}, probe, judgement);
  return judgement;
}

}  // namespace

const Kind kCommand{.form = {.name = "command", .keys = kKeys, .read = read, .needs_url = false},
                    .purpose = "a program on this machine ends and prints as expected",
                    .next = next,
                    .judge = judge};

}  // namespace assay::probes
