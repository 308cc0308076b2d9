// The tokens of a threshold or a comparison: words, quoted text, punctuation. Keeps the offset of each, so
// that an error can point into the expression. A value on the stack of its parser.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::config {

struct Token {
  enum class Kind : std::uint8_t { word, text, symbol, end };
  Kind kind = Kind::end;
  std::string value;  // of quoted text: without the quotes
  std::size_t offset = 0, length = 0;

  bool is(std::string_view symbol) const { return kind == Kind::symbol && value == symbol; }
  bool is_word(std::string_view word) const { return kind == Kind::word && value == word; }
};

class ThresholdLexer {
 public:
  explicit ThresholdLexer(std::string_view text) : text_(text) { advance(); }

  const Token& peek() const { return token_; }
  Token take();

 private:
  void advance();
  std::size_t symbol_length() const;

  std::string_view text_;
  std::size_t at_ = 0;
  Token token_;
};

}  // namespace assay::config
