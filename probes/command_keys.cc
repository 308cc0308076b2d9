#include "probes/command_keys.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "config/map_reader.h"

namespace assay::probes {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const std::size_t newline = text.rfind('\n');
  return newline == std::string_view::npos ? text : text.substr(newline + 1);
}

std::string signal_text(int signal) {
  const char* description = ::sigdescr_np(signal);
  return description == nullptr ? fmt::format("signal {}", signal)
                                : fmt::format("signal {} ({})", signal, description);
}

}  // namespace

std::vector<std::string> read_argv(const config::ProbeReading& reading, const config::Node& node,
                                   std::string_view label) {
  std::vector<std::string> argv;
  if (!config::is_filled_list(reading.context, node, label,
                              "write the program and its arguments as a list, like [pg_isready, -q]"))
    return argv;
  for (const config::Node* item : node.items) {
    std::optional<std::string> text = reading.text(*item, label);
    if (text && text->find('\0') != std::string::npos)
      reading.error(*item, "an argument cannot hold a zero byte");
    if (text) argv.push_back(*std::move(text));
  }
  if (!argv.empty() && argv[0].empty())
    reading.error(*node.items[0], "the program has no name", "name it first, like [pg_isready, -q]");
  return argv;
}

client::Ask command_ask(std::vector<std::string> argv) {
  std::string label = fmt::format("{}", fmt::join(argv, " "));
  client::CommandAsk ask;
  ask.argv = std::move(argv);
  return {std::move(label), std::move(ask)};
}

std::string how_it_ended(const client::CommandAnswer& answer) {
  std::string ended =
      answer.signal ? signal_text(*answer.signal) : std::to_string(answer.exit_code.value_or(-1));
  std::string_view line = last_line(answer.err);
  if (line.empty()) line = last_line(answer.out);
  return line.empty() ? ended : fmt::format("{}: {}", ended, line);
}

}  // namespace assay::probes
