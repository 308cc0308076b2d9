#include "probes/exposition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace assay::probes {
namespace {

// Whole, though it may be long: the runner redacts what is whole only, and clips afterwards.
std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Reads one line from its front. The first mistake stays; everything after it is refused.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  const std::string& mistake() const { return mistake_; }
  std::string_view rest() const { return rest_; }
  bool fail(std::string why) {
    if (mistake_.empty()) mistake_ = std::move(why);
    return false;
  }

  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }
  std::string_view take_word() {
    skip_blanks();
    return cut(std::min(rest_.find_first_of(" \t"), rest_.size()));
  }
  // Of a metric or, without colons, of a label; empty: none stands here.
  std::string_view take_name(bool colons) {
    std::size_t length = 0;
    const auto fits = [&](char c) {
      return is_letter(c) || (colons && c == ':') || (length > 0 && is_digit(c));
    };
    while (length < rest_.size() && fits(rest_[length])) ++length;
    return cut(length);
  }
  bool take_labels(std::vector<MetricLabel>& labels);

 private:
  std::string_view cut(std::size_t length) {
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
  }
  bool take_label(std::vector<MetricLabel>& labels);
  bool take_value(std::string& value);
  bool take_escaped(std::string& value);

  std::string_view rest_;
  std::string mistake_;
};

// {a="b",c="d"}; a comma may follow the last one.
bool Line::take_labels(std::vector<MetricLabel>& labels) {
  if (!take('{')) return true;
  skip_blanks();
  while (!take('}')) {
    if (!take_label(labels)) return false;
    skip_blanks();
    if (!at('}') && !take(',')) return fail("neither \",\" nor \"}\" after a label: " + quoted(rest_));
    skip_blanks();
  }
  std::sort(labels.begin(), labels.end());
  const auto same_name = [](const MetricLabel& a, const MetricLabel& b) { return a.name == b.name; };
  const auto twice = std::adjacent_find(labels.begin(), labels.end(), same_name);
  return twice == labels.end() || fail(fmt::format("the label {} twice", quoted(twice->name)));
}

bool Line::take_label(std::vector<MetricLabel>& labels) {
  if (labels.size() == kMostLabels) return fail(fmt::format("more than {} labels", kMostLabels));
  const std::string_view name = take_name(false);
  if (name.empty()) return fail("no name of a label: " + quoted(rest_));
  skip_blanks();
  if (!take('=')) return fail(fmt::format("no \"=\" after the label {}", quoted(name)));
  skip_blanks();
  if (!take('"')) return fail(fmt::format("no quotes around the value of the label {}", quoted(name)));
  MetricLabel label{std::string(name), {}};
  if (!take_value(label.value))
    return fail(fmt::format("the value of the label {} does not end", quoted(name)));
  labels.push_back(std::move(label));
  return true;
}

bool Line::take_value(std::string& value) {
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') return true;
    if (c != '\\') {
      value += c;
    } else if (!take_escaped(value)) {
      return false;
    }
  }
  return false;
}

bool Line::take_escaped(std::string& value) {
  if (take('n')) {
    value += '\n';
  } else if (at('\\') || at('"')) {
    value += rest_.front();
    rest_.remove_prefix(1);
  } else {
    return fail("an escape other than \\\\, \\\" and \\n: " + quoted(rest_));
  }
  return true;
}

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? "\\n" : std::string(1, c);
  }
  return text;
}

std::span<const std::string_view> suffixes(MetricType type, ExpositionFormat format) {
  static constexpr std::array<std::string_view, 4> kHistogram{"_bucket", "_count", "_sum", "_created"};
  static constexpr std::array<std::string_view, 4> kSummary{"", "_count", "_sum", "_created"};
  static constexpr std::array<std::string_view, 2> kCounter{"_total", "_created"};
  static constexpr std::array<std::string_view, 3> kGaugeHistogram{"_bucket", "_gcount", "_gsum"};
  static constexpr std::array<std::string_view, 1> kInfo{"_info"};
  static constexpr std::array<std::string_view, 1> kBare{""};
  switch (type) {
    case MetricType::histogram:
      return kHistogram;
    case MetricType::summary:
      return kSummary;
    case MetricType::gaugehistogram:
      return kGaugeHistogram;
    case MetricType::counter:
      if (format == ExpositionFormat::openmetrics) return kCounter;
      return kBare;
    case MetricType::info:
      return kInfo;
    default:
      return kBare;
  }
}

class Parser {
 public:
  explicit Parser(ExpositionFormat format) : open_(format == ExpositionFormat::openmetrics) {}

  Expected<Exposition, std::string> parse(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = text.find('\n');
      const bool cut = end == std::string_view::npos;
      Line line(text.substr(0, end));
      const bool good = cut && !(open_ && text == "# EOF") ? line.fail("no end of line: the text is cut off")
                                                           : read(line, number);
      if (!good) return Unexpected(fmt::format("line {}: {}", number, line.mistake()));
      text.remove_prefix(cut ? text.size() : end + 1);
    }
    if (open_ && !ended_) return Unexpected(std::string("no \"# EOF\" at the end: the text is cut off"));
    return std::move(found_);
  }

 private:
  ExpositionFormat format() const {
    return open_ ? ExpositionFormat::openmetrics : ExpositionFormat::prometheus;
  }

  bool read(Line& line, std::size_t number) {
    if (ended_) return line.fail("something after \"# EOF\": " + quoted(line.rest()));
    if (!open_) line.skip_blanks();
    if (line.rest().empty()) return !open_ || line.fail("an empty line");
    return line.take('#') ? read_comment(line) : read_sample(line, number);
  }

  bool read_comment(Line& line) {
    const std::string_view word = line.take_word();
    if (word == "EOF" && open_) {
      ended_ = line.rest().empty();
      return ended_ || line.fail("something after \"# EOF\"");
    }
    if (word == "TYPE") return read_type(line);
    if (word == "HELP" || (word == "UNIT" && open_)) return read_help(line, word);
    return !open_ || line.fail("a comment: " + quoted(word));
  }

  bool read_help(Line& line, std::string_view word) {
    line.skip_blanks();
    const std::string name(line.take_name(true));
    if (name.empty()) return line.fail(fmt::format("{} without the name of a metric", word));
    return told_.emplace(word, name).second ||
           line.fail(fmt::format("a second {} of {}", word, quoted(name)));
  }

  bool read_type(Line& line) {
    line.skip_blanks();
    const std::string name(line.take_name(true));
    std::string_view word = line.take_word();
    if (word == "untyped" && !open_) word = "unknown";
    const std::optional<MetricType> type = kMetricTypes.find(word);
    if (name.empty() || !type) return line.fail(fmt::format("{} is no type of a metric", quoted(word)));
    if (!told_.emplace("TYPE", name).second) return line.fail("a second TYPE of " + quoted(name));
    if (by_name_.contains(name))
      return line.fail(fmt::format("the TYPE of {} after its samples", quoted(name)));
    by_name_.emplace(name, found_.families.size());
    found_.families.push_back({name, *type, {}});
    return true;
  }

  bool read_sample(Line& line, std::size_t number) {
    MetricSample sample;
    const std::string_view start = line.rest();
    sample.name = line.take_name(true);
    sample.line = number;
    if (sample.name.empty()) return line.fail("no metric: " + quoted(start));
    line.skip_blanks();
    if (!line.take_labels(sample.labels) || !read_value(line, sample.value)) return false;
    if (++found_.samples > kMostSamples) return line.fail(fmt::format("more than {} samples", kMostSamples));
    return add(line, std::move(sample));
  }

  // The value, then a timestamp and an exemplar where there are any.
  bool read_value(Line& line, double& value) {
    const std::string_view word = line.take_word();
    const std::optional<double> number = metric_number(word);
    if (!number) return line.fail(word.empty() ? "no value" : "a value that is no number: " + quoted(word));
    value = *number;
    line.skip_blanks();
    if (!line.rest().empty() && !line.at('#') && !metric_number(line.take_word()))
      return line.fail("a timestamp that is no number");
    line.skip_blanks();
    if (open_ && line.take('#')) return read_exemplar(line);
    return line.rest().empty() || line.fail("something after the value: " + quoted(line.rest()));
  }

  bool read_exemplar(Line& line) {
    std::vector<MetricLabel> labels;
    line.skip_blanks();
    if (!line.at('{') || !line.take_labels(labels)) return line.fail("an exemplar without labels");
    const bool value = metric_number(line.take_word()).has_value();
    const std::string_view stamp = line.take_word();
    if (!value || (!stamp.empty() && !metric_number(stamp))) return line.fail("an exemplar without a number");
    line.skip_blanks();
    return line.rest().empty() || line.fail("something after the exemplar");
  }

  // The typed family that owns samples of this name; else one that is made for the name.
  std::size_t family_of(const std::string& name) {
    for (const auto at : {name.size(), name.rfind('_')}) {
      if (at == std::string::npos) continue;
      const auto found = by_name_.find(std::string_view(name).substr(0, at));
      if (found == by_name_.end()) continue;
      const auto known = suffixes(found_.families[found->second].type, format());
      if (at == name.size() || std::find(known.begin(), known.end(), name.substr(at)) != known.end())
        return found->second;
    }
    by_name_.emplace(name, found_.families.size());
    found_.families.push_back({name, MetricType::unknown, {}});
    return found_.families.size() - 1;
  }

  bool add(Line& line, MetricSample sample) {
    const std::size_t index = family_of(sample.name);
    MetricFamily& family = found_.families[index];
    const auto known = suffixes(family.type, format());
    const std::string_view suffix = std::string_view(sample.name).substr(family.name.size());
    if (std::find(known.begin(), known.end(), suffix) == known.end())
      return line.fail(fmt::format("a {} has no sample of the name {}", kMetricTypes.word(family.type),
                                   quoted(sample.name)));
    if (open_ && index != last_ && !family.samples.empty())
      return line.fail(fmt::format("the samples of {} are not together", quoted(family.name)));
    last_ = index;
    family.samples.push_back(std::move(sample));
    return true;
  }

  bool open_;
  bool ended_ = false;
  std::size_t last_ = 0;
  Exposition found_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::set<std::pair<std::string, std::string>> told_;  // TYPE, HELP and UNIT lines
};

}  // namespace

const std::string* MetricSample::label(std::string_view wanted) const {
  for (const MetricLabel& label : labels)
    if (label.name == wanted) return &label.value;
  return nullptr;
}

const MetricFamily* Exposition::find(std::string_view name) const {
  for (const MetricFamily& family : families) {
    if (family.name == name) return &family;
    if (family.type != MetricType::counter || !name.ends_with("_total")) continue;
    const auto is_named = [&](const MetricSample& sample) { return sample.name == name; };
    if (std::any_of(family.samples.begin(), family.samples.end(), is_named)) return &family;
  }
  return nullptr;
}

Expected<Exposition, std::string> parse_exposition(std::string_view text, ExpositionFormat format) {
  return Parser(format).parse(text);
}

std::optional<double> metric_number(std::string_view text) {
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  // "+-1" would slip through, and from_chars would read "nan(1)".
  if ((plus && text.starts_with('-')) || text.find('(') != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string series_text(std::string_view name, const std::vector<MetricLabel>& labels,
                        std::string_view without) {
  std::string text;
  for (const MetricLabel& label : labels)
    if (label.name != without)
      text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", label.name, escaped(label.value));
  return text.empty() ? std::string(name) : fmt::format("{}{{{}}}", name, text);
}

}  // namespace assay::probes
