#include "cli/context.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace assay::cli {
namespace {

std::size_t number(const std::string& text) {
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? value : 0;
}

// "en_GB.UTF-8", "C.utf8"
bool names_utf8(std::string locale) {
  std::erase(locale, '-');
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return locale.find("utf8") != std::string::npos;
}

}  // namespace

std::string Context::variable(std::string_view name) const { return environment(name).value_or(""); }

bool Context::is_set(std::string_view name) const {
  const std::string value = variable(name);
  return !value.empty() && value != "0" && value != "false";
}

bool Context::in_colour(Stream stream) const {
  if (colour != ColourChoice::automatic) return colour == ColourChoice::always;
  if (!variable("NO_COLOR").empty()) return false;
  if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE")) return true;
  return is_terminal(stream) && variable("TERM") != "dumb";
}

bool Context::in_utf8(Stream stream) const {
  if (!is_terminal(stream)) return true;
  for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = variable(name);
    if (!locale.empty()) return names_utf8(locale);
  }
  return false;
}

ScreenSize Context::screen(Stream stream) const {
  if (!is_terminal(stream)) return {};
  constexpr ScreenSize kUsual{80, 24};
  ScreenSize size = size_of_terminal ? size_of_terminal(stream) : ScreenSize{};
  if (size.columns == 0) size.columns = number(variable("COLUMNS"));
  if (size.columns == 0) size.columns = kUsual.columns;
  if (size.rows == 0) size.rows = number(variable("LINES"));
  if (size.rows == 0) size.rows = kUsual.rows;
  return size;
}

bool Context::err_redraws() const { return err_is_terminal && variable("TERM") != "dumb" && !in_pipeline(); }

bool Context::terminal_reflows() const {
  const std::string term = variable("TERM");
  const bool is_screen = term.starts_with("screen") && variable("TMUX").empty();
  return variable("XTERM_VERSION").empty() && term != "linux" && !term.starts_with("rxvt") && !is_screen;
}

}  // namespace assay::cli
