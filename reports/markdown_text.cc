#include "reports/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "reports/plain_text.h"

namespace assay::reports {
namespace {

constexpr std::size_t kLongestText = 1000;

constexpr std::string_view kMarkup = "\\`*_{}[]<>|#@~$";
// At the start of a line these make lists and headings, and GitLab obeys "/close".
constexpr std::string_view kAtStart = "-+=/";

// Mentions, references and addresses are looked for in text whose markup is escaped, too; a word joiner
// inside of them keeps them from being found.
constexpr std::string_view kJoiner = "&#8288;";

bool refers(std::string_view rest) {
  return rest.size() > 1 && (rest[0] == '@' || rest[0] == '#') &&
         std::isalnum(static_cast<unsigned char>(rest[1])) != 0;
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += cell.empty() ? " |" : " " + cell + " |";
  return row + "\n";
}

}  // namespace

std::string markdown_text(std::string_view untrusted) {
  const std::string line = one_line(untrusted);
  const std::string plain = clipped(
      std::string_view(line).substr(std::min(line.size(), line.find_first_not_of(' '))), kLongestText);
  std::string safe;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::string_view rest = std::string_view(plain).substr(at);
    const char c = rest.front();
    if (rest.starts_with("www.") || rest.starts_with("WWW.")) safe += kJoiner;
    if (kMarkup.find(c) != std::string_view::npos || (at == 0 && kAtStart.find(c) != std::string_view::npos))
      safe += '\\';
    if (c == '&') {
      safe += "&amp;";
    } else {
      safe += c;
    }
    if (refers(rest) || rest.starts_with("://")) safe += kJoiner;
  }
  return safe;
}

std::string markdown_table(const std::vector<std::string>& head, const std::vector<std::string>& alignment,
                           const std::vector<std::vector<std::string>>& rows, std::size_t most) {
  if (rows.empty()) return {};
  std::string text = "\n" + row_of(head) + row_of(alignment);
  for (std::size_t i = 0; i < rows.size() && i < most; ++i) text += row_of(rows[i]);
  if (rows.size() > most) text += fmt::format("\nand {} more\n", rows.size() - most);
  return text;
}

std::string markdown_folded(std::string_view summary, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("\n<details><summary>{}</summary>\n{}{}\n</details>\n", summary,
                     content.starts_with('\n') ? "" : "\n", content);
}

void MarkdownDocument::add(const std::string& section) {
  if (text_.size() + foot_.size() + section.size() + kRoomForNote > kMostBytes) {
    ++left_out_;
  } else {
    text_ += section;
  }
}

std::string MarkdownDocument::text() && {
  if (left_out_ > 0)
    text_ += "\nThe rest would make this too long for a comment; it is in the report of the run.\n";
  return std::move(text_) + foot_;
}

}  // namespace assay::reports
