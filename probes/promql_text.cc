#include "probes/promql_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "match/answer.h"
#include "match/json_text.h"

namespace assay::probes {
namespace {

using Kind = PromqlWord::Kind;
using Words = std::vector<PromqlWord>;

constexpr std::size_t kLongestQuery = 64 << 10;

// Followed by a list of labels.
constexpr std::string_view kLabelLists[] = {"by", "without", "on", "ignoring", "group_left", "group_right"};
constexpr std::string_view kOtherWords[] = {"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan"};
constexpr std::string_view kSetOperators[] = {"and", "or", "unless"};
constexpr std::string_view kComparisons[] = {"==", "!=", ">=", "<=", ">", "<"};
constexpr std::string_view kLongSymbols[] = {"==", "!=", ">=", "<=", "=~", "!~"};

template <std::size_t N>
bool is_one_of(const std::string_view (&words)[N], std::string_view text) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':'; }
bool goes_on_name(char c) { return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  Expected<Words, std::string> read() {
    if (query_.size() > kLongestQuery) return Unexpected(std::string("it is longer than 64 KiB"));
    while (skip_spaces()) {
      begin_ = at_;
      if (!read_word()) return Unexpected(fmt::format("{} at {}", problem_, begin_ + 1));
    }
    return std::move(words_);
  }

 private:
  bool skip_spaces() {
    while (at_ < query_.size()) {
      if (query_[at_] == '#') {
        while (at_ < query_.size() && query_[at_] != '\n') ++at_;
      } else if (std::isspace(static_cast<unsigned char>(query_[at_])) != 0) {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  bool read_word() {
    const char c = query_[at_];
    if (c == '"' || c == '\'' || c == '`') return read_string(c);
    // In a window, ":" stands between a range and its step.
    if (begins_name(c) && !(c == ':' && brackets_ > 0)) return read_name();
    if (is_digit(c) || (c == '.' && at_ + 1 < query_.size() && is_digit(query_[at_ + 1])))
      return read_number();
    return read_symbol();
  }

  bool add(Kind kind, std::string text) {
    words_.push_back({kind, std::move(text), begin_, at_});
    return true;
  }

  bool read_name() {
    while (at_ < query_.size() && goes_on_name(query_[at_])) ++at_;
    return add(Kind::name, std::string(query_.substr(begin_, at_ - begin_)));
  }

  // "5", "0x1f", "1e-3", "5m", "1h30m"
  bool read_number() {
    while (at_ < query_.size() && (std::isalnum(static_cast<unsigned char>(query_[at_])) != 0 ||
                                   query_[at_] == '.' || is_sign_of_exponent()))
      ++at_;
    const std::string text(query_.substr(begin_, at_ - begin_));
    return add(prometheus_duration(text) ? Kind::duration : Kind::number, text);
  }

  bool is_sign_of_exponent() const {
    const bool sign = query_[at_] == '-' || query_[at_] == '+';
    const bool after_e = at_ > begin_ && (query_[at_ - 1] == 'e' || query_[at_ - 1] == 'E');
    return sign && after_e && !query_.substr(begin_).starts_with("0x");
  }

  bool read_string(char quote) {
    std::string text;
    for (++at_; at_ < query_.size(); ++at_) {
      const char c = query_[at_];
      if (c == quote) {
        ++at_;
        return add(Kind::string, std::move(text));
      }
      if (c == '\\' && quote != '`' && at_ + 1 < query_.size()) {
        text += unescaped(query_[++at_]);
      } else {
        text += c;
      }
    }
    problem_ = "a string without an end";
    return false;
  }

  static char unescaped(char c) {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      default:
        return c;
    }
  }

  bool read_symbol() {
    const std::string_view two = query_.substr(at_, 2);
    const bool is_long = is_one_of(kLongSymbols, two);
    const char c = query_[at_];
    if (!is_long && std::string_view("+-*/%^><=(){}[],:@").find(c) == std::string_view::npos) {
      problem_ = fmt::format("\"{}\" has no meaning", c);
      return false;
    }
    if (c == '[') ++brackets_;
    if (c == ']') --brackets_;
    at_ += is_long ? 2 : 1;
    return add(Kind::symbol, std::string(query_.substr(begin_, at_ - begin_)));
  }

  std::string_view query_;
  std::size_t at_ = 0, begin_ = 0;
  int brackets_ = 0;
  std::string problem_;
  Words words_;
};

bool opens(const PromqlWord& word) { return word.is("(") || word.is("{") || word.is("["); }
bool closes(const PromqlWord& word) { return word.is(")") || word.is("}") || word.is("]"); }

// The word after the one that closes what `open` opens.
std::size_t after_closing(const Words& words, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < words.size(); ++i) {
    depth += opens(words[i]) ? 1 : closes(words[i]) ? -1 : 0;
    if (depth == 0) return i + 1;
  }
  return words.size();
}

class SelectorFinder {
 public:
  explicit SelectorFinder(const Words& words) : words_(words) {}

  std::vector<SeriesSelector> find() {
    for (std::size_t i = 0; i < words_.size();) i = step(i);
    return std::move(found_);
  }

 private:
  std::size_t step(std::size_t i) {
    const PromqlWord& word = words_[i];
    if (word.is("{")) return read_selector({}, i);
    if (word.is("[")) return after_closing(words_, i);
    if (word.kind != Kind::name) return i + 1;
    const std::string name = match::lower_case(word.text);
    const bool has_list = i + 1 < words_.size() && words_[i + 1].is("(");
    if (is_one_of(kLabelLists, name)) return has_list ? after_closing(words_, i + 1) : i + 1;
    if (has_list || is_one_of(kOtherWords, name)) return i + 1;  // a function, an operator
    const bool aggregates = i + 1 < words_.size() && words_[i + 1].kind == Kind::name &&
                            is_one_of(kLabelLists, match::lower_case(words_[i + 1].text));
    if (aggregates) return i + 1;
    if (i + 1 < words_.size() && words_[i + 1].is("{")) return read_selector(word.text, i + 1);
    add({word.text, {}});
    return i + 1;
  }

  std::size_t read_selector(std::string metric, std::size_t brace) {
    SeriesSelector selector{std::move(metric), {}};
    const std::size_t end = after_closing(words_, brace);
    for (std::size_t i = brace + 1; i + 2 < end; ++i) {
      if (words_[i].kind != Kind::name || words_[i + 2].kind != Kind::string) continue;
      LabelMatcher matcher{words_[i].text, words_[i + 1].text, words_[i + 2].text};
      if (matcher.label == "__name__" && matcher.op == "=" && selector.metric.empty()) {
        selector.metric = matcher.value;
      } else {
        selector.matchers.push_back(std::move(matcher));
      }
      i += 2;
    }
    add(std::move(selector));
    return end;
  }

  void add(SeriesSelector selector) {
    if (std::find(found_.begin(), found_.end(), selector) == found_.end())
      found_.push_back(std::move(selector));
  }

  const Words& words_;
  std::vector<SeriesSelector> found_;
};

std::string quoted_label(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text + '"';
}

// Without parentheses around the whole.
std::pair<std::size_t, std::size_t> unwrapped(const Words& words) {
  std::size_t begin = 0, end = words.size();
  while (end - begin > 2 && words[begin].is("(") && after_closing(words, begin) == end) {
    ++begin;
    --end;
  }
  return {begin, end};
}

std::string text_between(std::string_view query, const Words& words, std::size_t begin, std::size_t end) {
  if (begin >= end) return {};
  return std::string(query.substr(words[begin].begin, words[end - 1].end - words[begin].begin));
}

}  // namespace

Expected<std::vector<PromqlWord>, std::string> promql_words(std::string_view query) {
  return Lexer(query).read();
}

bool same_promql(std::string_view a, std::string_view b) {
  const auto one = promql_words(a), other = promql_words(b);
  if (!one || !other) return a == b;
  return std::equal(one->begin(), one->end(), other->begin(), other->end(),
                    [](const auto& x, const auto& y) { return x.kind == y.kind && x.text == y.text; });
}

std::string SeriesSelector::text() const {
  std::string inside;
  for (const LabelMatcher& matcher : matchers)
    inside += fmt::format("{}{}{}{}", inside.empty() ? "" : ", ", matcher.label, matcher.op,
                          quoted_label(matcher.value));
  return inside.empty() ? metric : metric + "{" + inside + "}";
}

std::vector<SeriesSelector> selectors_of(std::string_view query) {
  const auto words = promql_words(query);
  return words ? SelectorFinder(*words).find() : std::vector<SeriesSelector>();
}

std::optional<Nanos> widest_window(std::string_view query) {
  const auto words = promql_words(query);
  std::optional<Nanos> widest;
  for (std::size_t i = 0; words && i + 1 < words->size(); ++i) {
    if (!(*words)[i].is("[") || (*words)[i + 1].kind != Kind::duration) continue;
    widest = std::max(widest.value_or(Nanos(0)), prometheus_duration((*words)[i + 1].text).value());
  }
  return widest;
}

std::optional<PromqlComparison> outermost_comparison(std::string_view query) {
  const auto words = promql_words(query);
  if (!words || words->empty()) return std::nullopt;
  const auto [begin, end] = unwrapped(*words);
  std::optional<std::size_t> at;
  int depth = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const PromqlWord& word = (*words)[i];
    depth += opens(word) ? 1 : closes(word) ? -1 : 0;
    if (depth != 0) continue;
    if (word.kind == Kind::name && is_one_of(kSetOperators, match::lower_case(word.text)))
      return std::nullopt;
    if (word.kind == Kind::symbol && is_one_of(kComparisons, word.text)) at = i;  // they bind from the left
  }
  if (!at || *at == begin || *at + 1 >= end) return std::nullopt;
  std::size_t right = *at + 1;
  if ((*words)[right].kind == Kind::name && match::lower_case((*words)[right].text) == "bool") ++right;
  PromqlComparison comparison{text_between(query, *words, begin, *at), (*words)[*at].text,
                              text_between(query, *words, right, end), std::nullopt};
  comparison.threshold = match::number_from(comparison.right);
  return comparison;
}

std::string promql_duration(Nanos length) {
  return fmt::format("{}ms", std::chrono::duration_cast<std::chrono::milliseconds>(length).count());
}

std::optional<Nanos> prometheus_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  // Longer units first, and each at most once, as Prometheus wants it.
  constexpr std::array<Unit, 7> kUnits{{{"y", 31'536'000'000},
                                        {"w", 604'800'000},
                                        {"d", 86'400'000},
                                        {"h", 3'600'000},
                                        {"m", 60'000},
                                        {"s", 1000},
                                        {"ms", 1}}};
  constexpr std::int64_t kMost = 100LL * 31'536'000'000;
  std::int64_t total = 0;
  std::size_t unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || !is_digit(text.front())) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    std::size_t letters = 0;
    while (letters < text.size() && !is_digit(text[letters])) ++letters;
    const std::string_view name = text.substr(0, letters);
    while (unit < kUnits.size() && kUnits[unit].name != name) ++unit;
    if (unit == kUnits.size() || count > kMost / kUnits[unit].ms) return std::nullopt;
    total += count * kUnits[unit++].ms;
    text.remove_prefix(letters);
  }
  return total <= kMost ? std::optional<Nanos>(std::chrono::milliseconds(total)) : std::nullopt;
}

}  // namespace assay::probes
