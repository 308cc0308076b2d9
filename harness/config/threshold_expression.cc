#include "config/threshold_expression.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "config/choices.h"

namespace assay::config {
namespace {

constexpr Choices<Aggregate, 8> kAggregates{
    // a server metric has a name of its own
    {"p95", "max", "mean", "rate", "count", "error_rate", "check_rate", "received"}};
constexpr Choices<Comparator, 4> kComparators{{"<", "<=", ">", ">="}};
constexpr std::array<std::string_view, 4> kFilters{"scenario", "step", "arm", "status"};
constexpr Nanos kSlot = std::chrono::milliseconds(500);

bool takes_metric(Aggregate aggregate) {
  return aggregate == Aggregate::quantile || aggregate == Aggregate::max || aggregate == Aggregate::mean;
}

std::vector<std::string_view> metric_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kMetricCount; ++i) names.push_back(name(static_cast<Metric>(i)));
  return names;
}

std::string one_of(std::span<const std::string_view> words) {
  std::string text = "use";
  for (std::string_view word : words) text.append(word == words.front() ? " " : ", ").append(word);
  return text;
}

std::string nearest_or_all(std::string_view word, std::span<const std::string_view> words) {
  std::string meant = did_you_mean(word, words);
  return meant.empty() ? one_of(words) : meant;
}

std::string aggregate_hint(std::string_view word) {
  const bool percentile = word.size() > 1 && word[0] == 'p' && word[1] >= '0' && word[1] <= '9';
  return percentile ? "percentiles lie between p0 and p100" : nearest_or_all(word, kAggregates.words);
}

Parsed<double> parse_count(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc() && end == text.data() + text.size() && std::isfinite(value) && value >= 0)
    return value;
  return Unexpected<std::string>(in_quotes(text) + " is not a number: a count has no unit");
}

Parsed<double> parse_nanos(std::string_view text) {
  Parsed<Nanos> parsed = parse_duration(text);
  if (!parsed) return Unexpected<std::string>(std::move(parsed).error());
  return static_cast<double>(parsed->count());
}

Parsed<double> parse_in_unit(Unit unit, std::string_view text) {
  switch (unit) {
    case Unit::nanoseconds:
      return parse_nanos(text);
    case Unit::ratio:
      return parse_ratio(text);
    case Unit::per_second:
      return parse_rate(text);
    case Unit::bytes: {
      const Parsed<std::uint64_t> size = parse_size(text);
      if (!size) return Unexpected<std::string>(size.error());
      return static_cast<double>(*size);
    }
    default:
      return parse_count(text);
  }
}

Parsed<double> parse_value(const ThresholdSpec& spec, std::string_view text) {
  switch (spec.aggregate) {
    case Aggregate::quantile:
    case Aggregate::max:
    case Aggregate::mean:
      return parse_nanos(text);
    case Aggregate::rate:
      return parse_rate(text);
    case Aggregate::count:
      return parse_count(text);
    case Aggregate::error_rate:
    case Aggregate::check_rate:
      return parse_ratio(text);
    case Aggregate::received:
      return parse_data_rate(text);
    case Aggregate::server_metric:
      return parse_in_unit(spec.unit, text);
  }
  return Unexpected<std::string>("no such aggregate");
}

// Times of the first metrics, and requests, are kept for every slot; bytes and connection phases only for the
// whole run.
bool has_slots(const ThresholdSpec& spec) {
  if (takes_metric(spec.aggregate)) return static_cast<std::size_t>(spec.metric) < kSlotMetricCount;
  return spec.aggregate != Aggregate::received;
}

}  // namespace

std::optional<double> parse_percentile(std::string_view word) {
  if (word.size() < 2 || word[0] != 'p') return std::nullopt;
  double percent = 0;
  const char* last = word.data() + word.size();
  const auto [end, status] = std::from_chars(word.data() + 1, last, percent, std::chars_format::fixed);
  if (status != std::errc() || end != last || !(percent > 0 && percent < 100)) return std::nullopt;
  return percent / 100;
}

ThresholdParser::ThresholdParser(ReadContext& context, const Node& node, std::string text,
                                 std::span<const ServerMetricSpec> metrics)
    : context_(context), node_(node), text_(std::move(text)), metrics_(metrics), lexer_(text_) {}

bool ThresholdParser::fail(const Token& token, std::string title, std::string hint) {
  const bool at_end = token.kind == Token::Kind::end;
  const SourceSpan span = context_.part(node_, text_, token.offset, token.length);
  context_.error(at_end && span.begin == span.end ? SourceSpan{span.file, span.begin, span.begin + 1} : span,
                 std::move(title), std::move(hint));
  return false;
}

std::optional<ThresholdSpec> ThresholdParser::parse() {
  ThresholdSpec spec;
  spec.source_text = text_;
  spec.span = context_.span(node_);
  if (!parse_aggregate(spec) || !parse_arguments(spec) || !parse_comparator(spec) || !parse_limit(spec) ||
      !parse_window(spec)) {
    return std::nullopt;
  }
  if (!spec.filter.arm) spec.filter.arm = Arm::candidate;
  return spec;
}

bool ThresholdParser::parse_aggregate(ThresholdSpec& spec) {
  const Token token = lexer_.take();
  if (const std::optional<double> quantile = parse_percentile(token.value)) {
    spec.quantile = *quantile;
    return true;
  }
  const auto server = std::ranges::find(metrics_, token.value, &ServerMetricSpec::name);
  if (server != metrics_.end()) {
    spec.aggregate = Aggregate::server_metric;
    spec.server_metric = server->name;
    spec.unit = server->shown_unit();
    return true;
  }
  const std::optional<Aggregate> found = kAggregates.find(token.value);
  if (token.kind != Token::Kind::word || !found || *found == Aggregate::quantile) {
    const std::string title = token.kind == Token::Kind::end ? "the threshold is empty"
                                                             : in_quotes(token.value) + " cannot be measured";
    return fail(token, title, aggregate_hint(token.value));
  }
  spec.aggregate = *found;
  return true;
}

bool ThresholdParser::parse_arguments(ThresholdSpec& spec) {
  if (!lexer_.peek().is("(")) {
    if (!takes_metric(spec.aggregate)) return true;
    return fail(lexer_.peek(), "what is timed is missing", "write it like p95(response_time)");
  }
  lexer_.take();
  if (takes_metric(spec.aggregate) && !parse_metric(spec)) return false;
  bool first = !takes_metric(spec.aggregate);
  while (!lexer_.peek().is(")")) {
    if (!first && !lexer_.peek().is(","))
      return fail(lexer_.peek(), "a comma or \")\" is missing here", "filters are separated by commas");
    if (!first) lexer_.take();
    first = false;
    const Token key = lexer_.peek();
    if (!parse_filter(spec)) return false;
    if (spec.aggregate == Aggregate::server_metric && !key.is_word("arm"))
      return fail(key, "a server metric is not known by " + key.value, "it knows the filter arm only");
  }
  lexer_.take();
  return true;
}

bool ThresholdParser::parse_metric(ThresholdSpec& spec) {
  const Token token = lexer_.take();
  const std::optional<Metric> metric = metric_from(token.value);
  const std::vector<std::string_view> names = metric_names();
  if (token.kind != Token::Kind::word || !metric) {
    return fail(
        token,
        token.value.empty() ? "what is timed is missing" : "there is no metric " + in_quotes(token.value),
        nearest_or_all(token.value, names));
  }
  spec.metric = *metric;
  return true;
}

bool ThresholdParser::parse_filter(ThresholdSpec& spec) {
  const Token key = lexer_.take();
  if (key.kind != Token::Kind::word)
    return fail(key, "a filter is missing here", "write it like step=\"list invoices\"");
  if (std::find(kFilters.begin(), kFilters.end(), key.value) == kFilters.end()) {
    const bool metric = metric_from(key.value).has_value();
    return fail(key, "there is no filter " + in_quotes(key.value),
                metric ? "this measure is not about times, so it takes no metric"
                       : nearest_or_all(key.value, kFilters));
  }
  if (!lexer_.peek().is("="))
    return fail(lexer_.peek(), "\"=\" is missing here", "write it like " + key.value + "=value");
  lexer_.take();
  const Token value = lexer_.take();
  if (value.kind != Token::Kind::word && value.kind != Token::Kind::text) {
    return fail(value, "the value of this filter is missing", "write it like step=\"list invoices\"");
  }
  return apply_filter(key, value, spec.filter);
}

bool ThresholdParser::apply_filter(const Token& key, const Token& value, FilterSpec& filter) {
  const bool repeated = (key.value == "scenario" && filter.scenario) ||
                        (key.value == "step" && filter.step) || (key.value == "arm" && filter.arm) ||
                        (key.value == "status" && filter.status_class);
  if (repeated)
    return fail(key, "duplicate filter " + in_quotes(key.value), "a request has one " + key.value);
  if (key.value == "scenario") filter.scenario = value.value;
  if (key.value == "step") filter.step = value.value;
  if (key.value == "arm") {
    if (value.value != "candidate" && value.value != "baseline") {
      return fail(value, "there is no arm " + in_quotes(value.value), "use candidate or baseline");
    }
    filter.arm = value.value == "candidate" ? Arm::candidate : Arm::baseline;
  }
  if (key.value == "status") {
    const bool status_class = value.value.size() == 3 && value.value[0] >= '1' && value.value[0] <= '5' &&
                              value.value.ends_with("xx");
    if (!status_class && value.value != "none") {
      return fail(value, in_quotes(value.value) + " is not a class of statuses",
                  "use 1xx to 5xx, or none where no answer came");
    }
    filter.status_class = status_class ? value.value[0] - '0' : 0;
  }
  return true;
}

bool ThresholdParser::parse_comparator(ThresholdSpec& spec) {
  const Token token = lexer_.take();
  const std::optional<Comparator> found = kComparators.find(token.value);
  if (token.kind == Token::Kind::symbol && found) {
    spec.comparator = *found;
    return true;
  }
  const bool equality = token.is("=") || token.is("==") || token.is("!=");
  return fail(token, equality ? "a measure is never compared for equality" : "a comparison is missing here",
              "use <, <=, > or >=");
}

bool ThresholdParser::parse_limit(ThresholdSpec& spec) {
  const Token token = lexer_.take();
  if (token.kind != Token::Kind::word) return fail(token, "the limit is missing", "write it like < 300ms");
  Parsed<double> value = parse_value(spec, token.value);
  if (!value) return fail(token, "this limit does not fit its measure", std::move(value).error());
  const bool share = spec.aggregate == Aggregate::error_rate || spec.aggregate == Aggregate::check_rate;
  if (share && *value > 1) return fail(token, "a share is never above 100%", "write it like 1%");
  spec.limit = *value;
  return true;
}

bool ThresholdParser::parse_window(ThresholdSpec& spec) {
  if (lexer_.peek().kind == Token::Kind::end) return true;
  const Token over = lexer_.take();
  if (over.value != "over")
    return fail(over, "this is not expected here",
                "a threshold ends with its limit or with over 30s windows");
  const Token length = lexer_.take();
  Parsed<Nanos> window = parse_duration(length.value);
  if (!window) return fail(length, "the length of the windows is missing", std::move(window).error());
  if (*window < kSlot || *window % kSlot != Nanos(0)) {
    return fail(length, "windows are multiples of half a second", "write it like 30s, 5s or 500ms");
  }
  const Token windows = lexer_.take();
  if (windows.value != "windows")
    return fail(windows, "\"windows\" is missing here", "write it like over 30s windows");
  if (lexer_.peek().kind != Token::Kind::end)
    return fail(lexer_.peek(), "the threshold should end here", "remove the rest");
  if (!has_slots(spec)) {
    return fail(over, "this measure is only known for the whole run",
                "windows need response_time, service_time, send_lag, rate, count, error_rate or check_rate");
  }
  spec.window = *window;
  return true;
}

}  // namespace assay::config
