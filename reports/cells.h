// Text as a terminal shows it: how many cells of a line it takes, cut or broken to fit, or in ASCII where the
// terminal knows nothing else. Colours (escape sequences that end in 'm') take no cell. What others wrote
// goes through printable() first. Pure functions.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

// East Asian wide characters and emoji take two cells, combining marks none.
std::size_t display_width(std::string_view utf8);

// Text of others that can do nothing but be read: no control character, no escape sequence, one line, and no
// words that a pipeline takes for a command (`::error`, `##[error]`, `##vso[`).
std::string printable(std::string_view untrusted);

// At most so many cells, the last of them an ellipsis where something is missing. Colours end with the text.
std::string fitted(std::string_view text, std::size_t cells);

// Lines of at most so many cells, broken between words where that can be done; at least one.
std::vector<std::string> wrapped(std::string_view text, std::size_t cells);

// Every character in as many ASCII characters as it takes cells; shapes become ones that mean something.
std::string ascii_form(std::string_view text);

}  // namespace assay::reports
