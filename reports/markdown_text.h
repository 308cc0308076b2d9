// Markdown from untrusted text, and a document that stays within a bound. GitHub and GitLab render it in the
// name of whoever posts it: nothing in it may become markup, a link, an image, a mention or a command.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::reports {

// One line of text that renders as what it says, in a table cell too.
std::string markdown_text(std::string_view untrusted);

// A table: a head, its alignment ("---" or "---:" a column), rows of finished cells. Rows beyond `most` are
// counted in one line. Empty without rows.
std::string markdown_table(const std::vector<std::string>& head, const std::vector<std::string>& alignment,
                           const std::vector<std::vector<std::string>>& rows, std::size_t most);

// What is opened by a click; empty where there is nothing to show.
std::string markdown_folded(std::string_view summary, const std::string& content);

// A comment on a pull request is refused beyond 65,536 characters, and a step summary beyond 1 MiB.
class MarkdownDocument {
 public:
  static constexpr std::size_t kMostBytes = 60'000;

  MarkdownDocument(std::string head, std::string foot) : text_(std::move(head)), foot_(std::move(foot)) {}

  // A section that does not fit any more is left out whole, and the document says so at its end.
  void add(const std::string& section);
  std::string text() &&;

 private:
  static constexpr std::size_t kRoomForNote = 200;

  std::string text_, foot_;
  std::size_t left_out_ = 0;
};

}  // namespace assay::reports
