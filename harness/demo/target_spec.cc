#include "demo/target_spec.h"

#include <array>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "base/suggest.h"

namespace assay::demo {
namespace {

using Arguments = std::vector<std::string_view>;

constexpr std::uint64_t kMostDripBytes = 1 << 20, kMostExtraBytes = 1 << 20;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// ---- numbers
// ------------------------------------------------------------------------------------------------------

template <class Number>
Parsed<Number> parse_number(std::string_view text, std::string_view what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  return Unexpected(std::string(what) + " must be a number, not " + quoted(text));
}

Parsed<double> parse_positive(std::string_view text, std::string_view what) {
  auto value = parse_number<double>(text, what);
  if (value && !(*value > 0 && *value < 100))
    return Unexpected(std::string(what) + " must lie between 0 and 100");
  return value;
}

Parsed<double> parse_share(std::string_view text) {
  auto ratio = parse_ratio(text);
  if (ratio && (*ratio < 0 || *ratio > 1))
    return Unexpected(std::string("a share must lie between 0% and 100%"));
  return ratio;
}

Parsed<unsigned> parse_status(std::string_view text, unsigned first, unsigned last) {
  auto status = parse_number<unsigned>(text, "a status");
  if (!status || (*status >= first && *status <= last)) return status;
  return Unexpected("a status from " + std::to_string(first) + " to " + std::to_string(last) +
                    " is wanted here");
}

// Stores a parsed value, or passes on why there is none.
template <class T, class Target>
std::string store(Parsed<T> parsed, Target& target) {
  if (!parsed) return std::move(parsed).error();
  target = *std::move(parsed);
  return {};
}

// ---- latency
// ------------------------------------------------------------------------------------------------------

Parsed<Latency> constant(const Arguments& arguments) {
  auto value = parse_duration(arguments[0]);
  if (!value) return Unexpected(std::move(value).error());
  return Latency{ConstantLatency{*value}};
}

Parsed<Latency> lognormal(const Arguments& arguments) {
  LognormalLatency made;
  if (auto why = store(parse_duration(arguments[0]), made.median); !why.empty()) return Unexpected(why);
  if (auto why = store(parse_positive(arguments[1], "sigma"), made.sigma); !why.empty())
    return Unexpected(why);
  return Latency{made};
}

Parsed<Latency> bimodal(const Arguments& arguments) {
  BimodalLatency made;
  if (auto why = store(parse_duration(arguments[0]), made.low); !why.empty()) return Unexpected(why);
  if (auto why = store(parse_duration(arguments[1]), made.high); !why.empty()) return Unexpected(why);
  if (auto why = store(parse_share(arguments[2]), made.high_ratio); !why.empty()) return Unexpected(why);
  return Latency{made};
}

Parsed<Latency> pareto(const Arguments& arguments) {
  ParetoLatency made;
  if (auto why = store(parse_duration(arguments[0]), made.scale); !why.empty()) return Unexpected(why);
  if (auto why = store(parse_positive(arguments[1], "alpha"), made.alpha); !why.empty())
    return Unexpected(why);
  return Latency{made};
}

struct Distribution {
  std::string_view name, usage;
  std::size_t arguments;
  Parsed<Latency> (*make)(const Arguments&);
};
constexpr std::array<Distribution, 4> kDistributions{{
    {"constant", "constant(20ms)", 1, constant},
    {"lognormal", "lognormal(MEDIAN,SIGMA), for example lognormal(20ms,0.5)", 2, lognormal},
    {"bimodal", "bimodal(LOW,HIGH,SHARE OF HIGH), for example bimodal(5ms,80ms,10%)", 3, bimodal},
    {"pareto", "pareto(SCALE,ALPHA), for example pareto(5ms,1.5)", 2, pareto},
}};

Arguments split_arguments(std::string_view text) {
  Arguments parts;
  for (std::size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
    parts.push_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(comma + 1);
  }
  parts.push_back(trimmed(text));
  return parts;
}

// ---- settings
// -----------------------------------------------------------------------------------------------------

std::string set_latency(PathOptions& path, std::string_view text) {
  return store(parse_latency(text), path.latency);
}
std::string set_errors(PathOptions& path, std::string_view text) {
  return store(parse_share(text), path.error_ratio);
}
std::string set_status(PathOptions& path, std::string_view text) {
  return store(parse_status(text, 200, 599), path.error_status);
}
std::string set_resets(PathOptions& path, std::string_view text) {
  return store(parse_share(text), path.reset_ratio);
}

std::string set_text(PathOptions& path, std::string_view text) {
  path.body = text;
  path.content_type = "text/plain";
  return {};
}

std::string set_json(PathOptions& path, std::string_view text) {
  path.body = text;
  path.content_type = "application/json";
  return {};
}

std::string set_size(PathOptions& path, std::string_view text) {
  return store(parse_size(text), path.body_bytes);
}

std::string set_flag(bool& flag, std::string_view text) {
  if (text != "true" && text != "false") return "write true or false";
  flag = text == "true";
  return {};
}
std::string set_chunked(PathOptions& path, std::string_view text) { return set_flag(path.chunked, text); }
std::string set_close(PathOptions& path, std::string_view text) { return set_flag(path.close, text); }

std::string set_drip(PathOptions& path, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return "write BYTES/INTERVAL, for example 100B/50ms";
  if (auto why = store(parse_size(text.substr(0, slash)), path.drip.bytes); !why.empty()) return why;
  if (path.drip.bytes == 0 || path.drip.bytes > kMostDripBytes) return "a drip has 1B to 1MiB";
  return store(parse_duration(text.substr(slash + 1)), path.drip.interval);
}

std::string set_interim(PathOptions& path, std::string_view text) {
  return store(parse_status(text, 102, 199), path.interim_status);
}

std::string set_extra(PathOptions& path, std::string_view text) {
  if (auto why = store(parse_size(text), path.extra_bytes); !why.empty()) return why;
  return path.extra_bytes <= kMostExtraBytes ? std::string{} : "at most 1MiB may follow an answer";
}

constexpr std::array<PathSetting, 12> kSettings{{
    {"latency", false, set_latency},
    {"errors", false, set_errors},
    {"status", false, set_status},
    {"resets", false, set_resets},
    {"text", false, set_text},
    {"json", false, set_json},
    {"size", false, set_size},
    {"chunked", true, set_chunked},
    {"close", true, set_close},
    {"drip", false, set_drip},
    {"interim", false, set_interim},
    {"extra", false, set_extra},
}};

// ---- one --path argument
// ------------------------------------------------------------------------------------------

bool takes_rest(std::string_view word) { return word.starts_with("json=") || word.starts_with("text="); }

// Ends at the next space outside of parentheses.
std::size_t word_length(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] == ' ' && depth <= 0) return i;
  }
  return text.size();
}

class PathArgument {
 public:
  explicit PathArgument(const std::string& text)
      : file_(std::make_shared<const SourceFile>("--path", text)), text_(file_->text()) {}

  Expected<PathOptions, ConfigErrors> read() {
    const std::size_t equals = text_.find('=');
    path_.pattern = trimmed(text_.substr(0, equals));
    if (!path_.pattern.starts_with('/'))
      report(0, equals, "a path must start with /", "for example /items=20ms");
    for (std::size_t at = equals == std::string_view::npos ? text_.size() : equals + 1; at < text_.size();) {
      at += text_[at] == ' ' ? 1 : read_word(at);
    }
    if (!errors_.empty()) return Unexpected(std::move(errors_));
    return std::move(path_);
  }

 private:
  void report(std::size_t begin, std::size_t end, std::string title, std::string hint = {}) {
    errors_.add({file_, begin, std::min(end, text_.size())}, std::move(title), std::move(hint));
  }

  std::size_t read_word(std::size_t begin) {
    const std::string_view rest = text_.substr(begin);
    const std::string_view word = takes_rest(rest) ? rest : rest.substr(0, word_length(rest));
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const PathSetting* setting = find_path_setting(key);
    if (setting != nullptr) {
      read_setting(*setting, word, begin);
    } else if (equals == std::string_view::npos && !latency_seen_) {
      latency_seen_ = true;
      apply(*find_path_setting("latency"), word, begin);
    } else {
      report(begin, begin + key.size(), "unknown setting " + quoted(key), did_you_mean_setting(key));
    }
    return word.size();
  }

  void read_setting(const PathSetting& setting, std::string_view word, std::size_t begin) {
    const bool has_value = word.size() > setting.name.size();
    if (setting.is_flag && !has_value) return apply(setting, "true", begin);
    if (!has_value) return report(begin, begin + word.size(), quoted(setting.name) + " needs a value");
    apply(setting, word.substr(setting.name.size() + 1), begin + setting.name.size() + 1);
  }

  void apply(const PathSetting& setting, std::string_view value, std::size_t begin) {
    if (auto why = setting.apply(path_, value); !why.empty())
      report(begin, begin + value.size(), std::move(why));
  }

  std::shared_ptr<const SourceFile> file_;
  std::string_view text_;
  PathOptions path_;
  ConfigErrors errors_;
  bool latency_seen_ = false;
};

}  // namespace

Parsed<Latency> parse_latency(std::string_view text) {
  text = trimmed(text);
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return constant({text});
  if (!text.ends_with(')')) return Unexpected("a ) is missing in " + quoted(text));
  const std::string_view name = trimmed(text.substr(0, open));
  for (const Distribution& distribution : kDistributions) {
    if (distribution.name != name) continue;
    const Arguments arguments = split_arguments(text.substr(open + 1, text.size() - open - 2));
    if (arguments.size() == distribution.arguments) return distribution.make(arguments);
    return Unexpected("write " + std::string(distribution.usage));
  }
  return Unexpected("unknown distribution " + quoted(name) +
                    ": constant, lognormal, bimodal and pareto are known");
}

Parsed<StallWindows> parse_stall(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return Unexpected(std::string("write LASTING/EVERY, for example 2s/10s"));
  StallWindows stall;
  if (auto why = store(parse_duration(text.substr(0, slash)), stall.lasting); !why.empty())
    return Unexpected(why);
  if (auto why = store(parse_duration(text.substr(slash + 1)), stall.every); !why.empty())
    return Unexpected(why);
  if (stall.lasting < stall.every) return stall;
  return Unexpected(std::string("a stall must be shorter than the time from one to the next"));
}

Expected<PathOptions, ConfigErrors> parse_path(const std::string& text) { return PathArgument(text).read(); }

std::span<const PathSetting> path_settings() { return kSettings; }

const PathSetting* find_path_setting(std::string_view name) {
  for (const PathSetting& setting : kSettings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::string did_you_mean_setting(std::string_view name) {
  std::vector<std::string_view> names;
  for (const PathSetting& setting : kSettings) names.push_back(setting.name);
  return did_you_mean(name, names);
}

}  // namespace assay::demo
