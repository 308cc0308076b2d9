#include "reports/tap_report.h"

#include <fmt/format.h>

#include "reports/check_list.h"
#include "reports/check_words.h"
#include "reports/plain_text.h"

namespace assay::reports {
namespace {

// A number sign begins a directive.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : one_line(text)) {
    if (c == '#' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string quoted(std::string_view text) {
  std::string safe = "\"";
  for (const char c : one_line(text)) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "\"";
}

std::string directive(const Check& check) {
  const CheckColour colour = check.colour();
  if (colour != CheckColour::yellow && colour != CheckColour::grey) return {};
  return " # SKIP " + escaped(message_of(check));
}

std::string diagnosis(const Check& check, const ReportOptions& options) {
  std::string text = "  ---\n  message: " + quoted(check.sentence) + "\n";
  text +=
      fmt::format("  severity: {}\n  outcome: {}\n", check.blocks ? "fail" : "comment", name(check.state));
  if (check.place.known())
    text += fmt::format("  at:\n    file: {}\n    line: {}\n", quoted(shown_path(check.place.file, options)),
                        check.place.line);
  if (!check.evidence.empty()) text += "  evidence:\n";
  for (const std::string& line : check.evidence) text += "    - " + quoted(line) + "\n";
  return text + "  ...\n";
}

}  // namespace

std::string write_tap_report(const RunRecord& record, const ReportOptions& options) {
  const CheckList list = check_list(record);
  std::string text = fmt::format("TAP version 13\n1..{}\n# {}: {}\n", list.checks.size(),
                                 one_line(record.result.name), verdict_word(record));
  std::size_t number = 0;
  for (const Check& check : list.checks) {
    text += fmt::format("{} {} - {}{}\n", check.blocks ? "not ok" : "ok", ++number,
                        escaped(class_of(check) + ": " + check.name), directive(check));
    if (check.colour() != CheckColour::green) text += diagnosis(check, options);
  }
  if (list.left_out > 0) text += fmt::format("# {} more checks are in result.json\n", list.left_out);
  return text;
}

}  // namespace assay::reports
