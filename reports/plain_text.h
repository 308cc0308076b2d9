// Text of others - servers, gate files, the environment - made plain before a format adds its own escapes:
// well-formed UTF-8 without characters that a terminal, a parser or a reader's eye would obey. Pure
// functions.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace assay::reports {

// Control characters become '?' (line feeds and tabs stay); bytes that are not UTF-8, noncharacters, and
// characters that turn the direction of the text around them become U+FFFD.
std::string plain_text(std::string_view untrusted);

// The same in one line: line breaks and tabs become blanks.
std::string one_line(std::string_view untrusted);

// At most so many bytes and an ellipsis, cut between two characters.
std::string clipped(std::string_view utf8, std::size_t most_bytes);

}  // namespace assay::reports
