#include "reports/github_commands.h"

#include <fmt/format.h>

#include "reports/check_list.h"
#include "reports/plain_text.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostAnnotations = 10;  // of one level
constexpr std::size_t kLongestMessage = 1000;

// One line is one command: only these end it, or begin another part of it.
std::string escaped(std::string_view text, bool in_property) {
  std::string safe;
  for (const char c : plain_text(text)) {
    if (c == '%') {
      safe += "%25";
    } else if (c == '\n') {
      safe += "%0A";
    } else if (in_property && c == ':') {
      safe += "%3A";
    } else if (in_property && c == ',') {
      safe += "%2C";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string command(std::string_view level, std::string_view place, std::string_view title,
                    std::string_view message) {
  return fmt::format("::{} {}title={}::{}\n", level, place, escaped(title, true),
                     escaped(clipped(message, kLongestMessage), false));
}

std::string place_text(const GatePlace& place, const ReportOptions& options) {
  if (!place.known()) return {};
  return fmt::format("file={},line={},col={},", escaped(shown_path(place.file, options), true), place.line,
                     place.column);
}

std::string annotations(const CheckList& list, CheckColour colour, std::string_view level,
                        const ReportOptions& options) {
  const std::size_t all = list.count(colour);
  const std::size_t shown = all > kMostAnnotations ? kMostAnnotations - 1 : all;
  std::string text;
  std::size_t number = 0;
  for (const Check& check : list.checks) {
    if (check.colour() != colour || number++ >= shown) continue;
    text += command(level, place_text(check.place, options), "assay: " + check.name, check.sentence);
  }
  if (shown < all)
    text += command(level, "", "assay",
                    fmt::format("and {} more; the summary of the job lists them", all - shown));
  return text;
}

}  // namespace

std::string write_github_commands(const RunRecord& record, const ReportOptions& options) {
  const CheckList list = check_list(record);
  return annotations(list, CheckColour::red, "error", options) +
         annotations(list, CheckColour::yellow, "warning", options) +
         command("notice", "", "assay: " + record.result.name,
                 headline_word(record) + ": " + headline_reason(record));
}

}  // namespace assay::reports
