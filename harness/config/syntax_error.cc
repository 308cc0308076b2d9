#include "config/syntax_error.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "model/json_walk.h"

namespace assay::config {
namespace {

struct Wording {
  std::string_view message;  // how yaml-cpp's message begins
  std::string_view title, hint;
};
constexpr std::array<Wording, 12> kWordings{{
    {"end of map flow", "a \"{\" is never closed", "close it with \"}\" and check the commas inside"},
    {"end of sequence flow", "a \"[\" is never closed", "close it with \"]\" and check the commas inside"},
    {"end of map not found", "this line does not fit the map above it", "check its indentation"},
    {"end of sequence not found", "this line does not fit the list above it", "check its indentation"},
    {"illegal map value", "a \":\" cannot stand here",
     "put text that holds \": \" in quotes, and check the indentation"},
    {"illegal map key", "a key cannot stand here", "check the indentation"},
    {"illegal block entry", "a list item cannot start here", "check the indentation"},
    {"illegal EOF in scalar", "a quote is never closed",
     "the text that starts with it reaches the end of the file"},
    {"unknown escape character", "this escape does not exist",
     "write \\\\ for a backslash, or use single quotes"},
    {"invalid unicode", "this escape is not a character", "write the character itself"},
    {"the referenced anchor", "this alias has no anchor before it",
     "define it with &name first, or quote the text"},
    {"illegal flow end", "nothing is open that this could close", "remove it, or quote the text"},
}};

SourceSpan point(const std::shared_ptr<const SourceFile>& source, std::size_t offset,
                 std::size_t length = 1) {
  const std::size_t begin = std::min(offset, source->text().size());
  return {source, begin, begin + length};
}

// The length of the UTF-8 sequence at `at`, 0 where it is not one. Overlong forms and surrogates are left to
// the parser.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80   ? 1U
                             : lead < 0xC2 ? 0U
                             : lead < 0xE0 ? 2U
                             : lead < 0xF0 ? 3U
                             : lead < 0xF5 ? 4U
                                           : 0U;
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || (static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

std::size_t first_bad_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = text[at] == '\0' ? 0 : sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

// Walks strict JSON and remembers only where it breaks.
struct JsonSyntax : JsonWalk {
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::json::exception& e) override {
    token = last_token;
    reason = e.what();
    after = position;
    return false;
  }

  std::string token, reason;
  std::size_t after = 0;  // bytes read when the error was seen, the offending token included
};

// Where the offending token begins. nlohmann's token text is whole only for strings and numbers.
std::size_t token_begin(std::string_view text, const JsonSyntax& syntax) {
  const auto says = [&](std::string_view words) { return syntax.reason.find(words) != std::string::npos; };
  const std::size_t end = std::min(syntax.after, text.size());
  if (says("end of input")) return text.size();
  const bool whole = says("invalid string") || says("unexpected string") || says("unexpected number");
  return end - std::min(end, whole ? std::max<std::size_t>(syntax.token.size(), 1) : 1);
}

std::string json_hint(std::string_view text, std::size_t offset, const JsonSyntax& syntax) {
  if (offset >= text.size()) return "the file ends before everything is closed";
  const std::size_t last = text.substr(0, offset).find_last_not_of(" \t\r\n");
  const char previous = last == std::string_view::npos ? '\0' : text[last];
  const char found = text[offset];
  if (previous == ',' && (found == '}' || found == ']')) return "remove the comma before it";
  if (found == '\'') return "use double quotes";
  if (found == '/' || found == '#') return "JSON has no comments; a YAML gate file may have them";
  if (found == '"' && syntax.reason.find("invalid string") != std::string::npos) {
    return "this text is not closed on its line, or holds a bad escape";
  }
  if (found == '"') return "a comma is missing before it";
  if (syntax.reason.find("invalid literal") != std::string::npos) return "text needs double quotes";
  return "this is not expected here";
}

void check_json(const std::shared_ptr<const SourceFile>& source, ConfigErrors& errors) {
  JsonSyntax syntax;
  if (nlohmann::json::sax_parse(source->text(), &syntax)) return;
  const std::size_t offset = token_begin(source->text(), syntax);
  const std::size_t end = std::max(std::min(syntax.after, source->text().size()), offset + 1);
  errors.add(point(source, offset, end - offset), "this is not valid JSON",
             json_hint(source->text(), offset, syntax));
}

// The tab that indents the line of `offset` or the last line before it that has one; npos where no line is
// so.
std::size_t tab_before(const SourceFile& source, std::size_t offset) {
  for (std::size_t number = source.position(offset).line; number > 0; --number) {
    const std::string_view line = source.line(number);
    const std::size_t tab = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())).find('\t');
    if (tab != std::string_view::npos)
      return static_cast<std::size_t>(line.data() - source.text().data()) + tab;
  }
  return std::string::npos;
}

// The last bracket that is opened and not closed before `offset`; `offset` itself where there is none.
std::size_t open_bracket_before(std::string_view text, std::size_t offset) {
  int closed = 0;
  for (std::size_t at = std::min(offset, text.size()); at-- > 0;) {
    if (text[at] == ']' || text[at] == '}') ++closed;
    if (text[at] != '[' && text[at] != '{') continue;
    if (closed == 0) return at;
    --closed;
  }
  return offset;
}

}  // namespace

bool check_text(const std::shared_ptr<const SourceFile>& source, ConfigErrors& errors) {
  const std::string_view text = source->text();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    errors.add(point(source, 0), "the gate file is empty", "start with \"version: 1\"");
    return false;
  }
  const std::size_t bad = first_bad_byte(text);
  if (bad != std::string_view::npos) {
    errors.add(point(source, bad), "this byte is not UTF-8 text", "save the file as UTF-8");
    return false;
  }
  if (std::string_view(source->path()).ends_with(".json")) check_json(source, errors);
  return errors.empty();
}

void add_yaml_error(const std::shared_ptr<const SourceFile>& source, std::size_t offset,
                    const std::string& message, ConfigErrors& errors) {
  const std::size_t tab = tab_before(*source, offset);
  if (tab != std::string::npos) {
    errors.add(point(source, tab), "a tab cannot indent YAML", "indent with spaces");
    return;
  }
  if (message.find("flow") != std::string::npos) offset = open_bracket_before(source->text(), offset);
  for (const Wording& wording : kWordings) {
    if (message.starts_with(wording.message)) {
      errors.add(point(source, offset), std::string(wording.title), std::string(wording.hint));
      return;
    }
  }
  errors.add(point(source, offset), "this is not valid YAML", message);
}

}  // namespace assay::config
