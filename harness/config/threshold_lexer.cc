#include "config/threshold_lexer.h"

#include <algorithm>
#include <utility>

namespace assay::config {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kSymbols = "(),=<>!\"'";

}  // namespace

Token ThresholdLexer::take() {
  Token taken = std::move(token_);
  advance();
  return taken;
}

std::size_t ThresholdLexer::symbol_length() const {
  const std::string_view rest = text_.substr(at_);
  for (std::string_view symbol : {"<=", ">=", "==", "!="}) {
    if (rest.starts_with(symbol)) return 2;
  }
  return 1;
}

void ThresholdLexer::advance() {
  at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
  token_ = {Token::Kind::end, {}, at_, 0};
  if (at_ == text_.size()) return;
  const char first = text_[at_];
  const std::size_t close =
      first == '"' || first == '\'' ? text_.find(first, at_ + 1) : std::string_view::npos;
  if (close != std::string_view::npos) {
    token_ = {Token::Kind::text, std::string(text_.substr(at_ + 1, close - at_ - 1)), at_, close + 1 - at_};
  } else if (kSymbols.find(first) != std::string_view::npos) {
    token_ = {Token::Kind::symbol, std::string(text_.substr(at_, symbol_length())), at_, symbol_length()};
  } else {
    const std::size_t stop =
        std::min({text_.find_first_of(kSpace, at_), text_.find_first_of(kSymbols, at_), text_.size()});
    token_ = {Token::Kind::word, std::string(text_.substr(at_, stop - at_)), at_, stop - at_};
  }
  at_ = token_.offset + token_.length;
}

}  // namespace assay::config
