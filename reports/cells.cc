#include "reports/cells.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <utility>

#include "reports/palette.h"
#include "reports/plain_text.h"

namespace assay::reports {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr char kEscape = '\x1b';
// More marks on one character than any language needs are left out where text is cut to fit.
constexpr std::size_t kMostMarks = 4;

// Makes an emoji, two cells wide, of the character before it.
constexpr std::string_view kEmojiSelector = "\xef\xb8\x8f";

struct Piece {
  std::string_view bytes;
  utf8proc_int32_t code = 0;  // 0: a colour
  std::size_t cells = 0;
};

// The first character or colour of a text that is not empty.
Piece first_piece(std::string_view text) {
  if (text.front() == kEscape) {
    const std::size_t end = text.find('m');
    return {text.substr(0, end == std::string_view::npos ? end : end + 1)};
  }
  utf8proc_int32_t code = 0;
  const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (read <= 0) return {text.substr(0, 1), '?', 1};
  const auto bytes = static_cast<std::size_t>(read);
  if (text.substr(bytes).starts_with(kEmojiSelector))
    return {text.substr(0, bytes + kEmojiSelector.size()), code, 2};
  return {text.substr(0, bytes), code, static_cast<std::size_t>(std::max(utf8proc_charwidth(code), 0))};
}

template <class Visit>
void for_each_piece(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const Piece piece = first_piece(text);
    visit(piece);
    text.remove_prefix(piece.bytes.size());
  }
}

// Pipelines take a line that begins so, or this anywhere in one, for a command to themselves.
std::string without_commands(std::string text) {
  for (const std::string_view opening : {"##[", "##vso["})
    for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 2))
      text.insert(at + 1, 1, ' ');
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = text.find("::"); at != std::string::npos; at = text.find("::", at + 2)) {
    const bool begins_word = at == 0 || text[at - 1] == ' ';
    if (begins_word && at + 2 < text.size() && is_letter(text[at + 2])) text.insert(at + 1, 1, ' ');
  }
  return text;
}

// Where the line that begins `text` ends: before the last blank that still fits, else where it is full.
std::size_t break_of(std::string_view text, std::size_t cells) {
  std::size_t used = 0, at = 0, blank = 0;
  while (at < text.size()) {
    const Piece piece = first_piece(text.substr(at));
    if (used + piece.cells > cells && at > 0) return blank > 0 && piece.code != ' ' ? blank : at;
    if (piece.code == ' ' && used > 0) blank = at;
    used += piece.cells;
    at += piece.bytes.size();
  }
  return at;
}

char ascii_of(const Piece& piece) {
  constexpr std::array<std::pair<std::string_view, char>, 19> kForms = {{{"●", '+'},
                                                                         {"■", 'x'},
                                                                         {"◇", '?'},
                                                                         {"◆", '!'},
                                                                         {"▲", '!'},
                                                                         {"·", '-'},
                                                                         {"…", '~'},
                                                                         {"±", '~'},
                                                                         {"→", '>'},
                                                                         {"━", '='},
                                                                         {"─", '-'},
                                                                         {"▁", '_'},
                                                                         {"▂", '.'},
                                                                         {"▃", ':'},
                                                                         {"▄", '-'},
                                                                         {"▅", '='},
                                                                         {"▆", '+'},
                                                                         {"▇", '*'},
                                                                         {"█", '#'}}};
  const auto found =
      std::find_if(kForms.begin(), kForms.end(), [&](const auto& form) { return form.first == piece.bytes; });
  return found == kForms.end() ? '?' : found->second;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for_each_piece(utf8, [&](const Piece& piece) { width += piece.cells; });
  return width;
}

std::string printable(std::string_view untrusted) {
  std::string text = plain_text(untrusted);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, '?');
  return without_commands(std::move(text));
}

std::string fitted(std::string_view text, std::size_t cells) {
  if (cells == 0) return {};
  std::string whole;
  std::size_t used = 0, marks = 0, cut = 0;
  bool painted = false, is_cut = false;
  for_each_piece(text, [&](const Piece& piece) {
    marks = piece.cells > 0 || piece.code == 0 ? 0 : marks + 1;
    if (is_cut || marks > kMostMarks) return;
    painted |= piece.code == 0;
    used += piece.cells;
    is_cut = used > cells;
    if (is_cut) return;
    whole += piece.bytes;
    if (used < cells) cut = whole.size();
  });
  if (!is_cut) return whole;
  whole.resize(cut);
  whole += kEllipsis;
  if (painted) whole += kResetPaint;
  return whole;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t cells) {
  std::vector<std::string> lines;
  do {
    const std::size_t end = break_of(text, std::max<std::size_t>(cells, 1));
    lines.emplace_back(text.substr(0, end));
    lines.back().erase(lines.back().find_last_not_of(' ') + 1);
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  } while (!text.empty());
  return lines;
}

std::string ascii_form(std::string_view text) {
  std::string ascii;
  for_each_piece(text, [&](const Piece& piece) {
    if (piece.code < 0x80) {
      ascii += piece.bytes;
    } else {
      ascii.append(piece.cells, ascii_of(piece));
    }
  });
  return ascii;
}

}  // namespace assay::reports
