#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <span>

#include "base/suggest.h"
#include "cli/baseline_commands.h"
#include "cli/command.h"
#include "cli/help_formatter.h"

namespace assay::cli {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 pass, 1 fail, 2 usage or gate file, 3 invalid run, 4 inconclusive, 70 internal,\n"
    "130 and 143 interrupted.\n\nassay COMMAND --help says more about a command.\n";

struct Parser {
  CLI::App app{"May this version be promoted? Load testing and deployment verification.", "assay"};
  std::vector<std::unique_ptr<Command>> commands;  // in the order of the table
  std::string colour = "auto";
};

// Also after the name of a command, and of one within it.
void declare_colour(Parser& parser) {
  parser.app
      .add_option("--color", parser.colour, "Colours; auto: on terminals, NO_COLOR and FORCE_COLOR decide")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
      ->type_name("auto|always|never");
  const auto let_through = [](CLI::App& app, const auto& self) -> void {
    for (CLI::App* inner : app.get_subcommands({})) {
      inner->fallthrough();
      self(*inner, self);
    }
  };
  let_through(parser.app, let_through);
}

void configure(Parser& parser) {
  parser.app.set_version_flag("--version", std::string("assay ") + ASSAY_VERSION);
  parser.app.set_help_flag("-h,--help", "Print this help and exit");
  parser.app.footer(kExitCodes);
  parser.app.require_subcommand(1);
  parser.app.formatter(std::make_shared<HelpFormatter>());
  parser.app.option_defaults()->always_capture_default();
  for (const CommandEntry& entry : commands()) {
    CLI::App* sub = parser.app.add_subcommand(std::string(entry.name), std::string(entry.purpose));
    sub->footer("Example:\n  " + std::string(entry.example) + "\n");
    parser.commands.push_back(entry.make());
    parser.commands.back()->declare(*sub);
  }
  declare_colour(parser);
}

// The parser would call a misspelt command an unexpected argument.
std::string unknown_command(std::span<const std::string> arguments, std::span<const CommandEntry> known) {
  if (arguments.empty() || arguments[0].starts_with('-')) return {};
  std::vector<std::string_view> names;
  for (const CommandEntry& entry : known) names.push_back(entry.name);
  const std::string& given = arguments[0];
  if (std::find(names.begin(), names.end(), given) != names.end()) return {};
  const std::string meant = did_you_mean(given, names);
  return fmt::format("there is no command \"{}\"{}", given, meant.empty() ? "" : ": " + meant);
}

ExitCode usage_error(const Context& context, std::string_view what, std::string_view command) {
  context.err << fmt::format("assay: {}\nTry: assay{} --help\n", what, command);
  return ExitCode::usage;
}

// The parser would list what is left over, last first.
std::string unknown_argument(const CLI::App& app) {
  const std::vector<std::string> left_over = app.remaining(true);
  const std::string given = left_over.empty() ? "" : left_over.front();
  std::vector<std::string> names;
  const auto collect = [&](const CLI::App& command, const auto& self) -> void {
    for (const CLI::Option* option : command.get_options()) names.push_back(option->get_name());
    for (const CLI::App* inner : command.get_subcommands()) self(*inner, self);
  };
  collect(app, collect);
  const std::string meant = did_you_mean(given, names);
  return fmt::format("\"{}\" is not expected here{}", given, meant.empty() ? "" : ": " + meant);
}

std::string chosen(const CLI::App& app) {
  const auto subcommands = app.get_subcommands();
  if (subcommands.empty()) return "";
  return " " + subcommands.front()->get_name() + chosen(*subcommands.front());
}

// Nothing when a command is to be executed.
std::optional<ExitCode> parse(Parser& parser, const Context& context) {
  try {
    std::vector<std::string> reversed(context.arguments.rbegin(), context.arguments.rend());
    parser.app.parse(std::move(reversed));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    context.out << parser.app.help();
    return ExitCode::pass;
  } catch (const CLI::CallForVersion& version) {
    context.out << version.what() << '\n';
    return ExitCode::pass;
  } catch (const CLI::ExtrasError&) {
    return usage_error(context, unknown_argument(parser.app), chosen(parser.app));
  } catch (const CLI::ParseError& error) {
    return usage_error(context, error.what(), chosen(parser.app));
  }
}

}  // namespace

ExitCode run_command_line(const Context& context) {
  const std::span<const std::string> arguments(context.arguments);
  const std::string unknown = unknown_command(arguments, commands());
  if (!unknown.empty()) return usage_error(context, unknown, "");
  if (!arguments.empty() && arguments[0] == "baseline") {
    const std::string inner = unknown_command(arguments.subspan(1), baseline_commands());
    if (!inner.empty()) return usage_error(context, inner, " baseline");
  }

  Parser parser;
  configure(parser);
  if (const std::optional<ExitCode> done = parse(parser, context)) return *done;
  const std::string name = parser.app.get_subcommands().front()->get_name();
  const auto entries = commands();
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const CommandEntry& each) { return each.name == name; });
  Context chosen = context;
  if (parser.colour != "auto")
    chosen.colour = parser.colour == "always" ? ColourChoice::always : ColourChoice::never;
  return parser.commands[static_cast<std::size_t>(entry - entries.begin())]->execute(chosen);
}

}  // namespace assay::cli
