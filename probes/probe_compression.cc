#include "probes/probe_compression.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/choices.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/cache_control.h"
#include "probes/expectation.h"
#include "probes/http_fields.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

enum class Encoding : std::uint8_t { gzip, br, zstd, deflate };
constexpr config::Choices<Encoding, 4> kEncodings{{"gzip", "br", "zstd", "deflate"}};
constexpr std::string_view kKeys[] = {"path",     "paths", "types",   "headers", "encodings",
                                      "min_size", "never", "http1_0", "via"};
// Longer bodies are compared up to here and by their length.
constexpr std::size_t kKept = 16 << 20;

struct Subject {
  std::string path;
  std::string type;  // its media type; empty: any
};

struct Settings final : config::ProbeSettings {
  std::vector<Subject> subjects;
  std::vector<std::string> never;
  std::vector<client::Field> headers;
  std::vector<Encoding> encodings{Encoding::gzip};
  std::uint64_t min_size = 1024;
  bool http1_0 = false, via = false;
};

// One answer that should be compressed: by which encoding, and what about the request may keep a server from
// doing so.
struct Variant {
  Encoding encoding = Encoding::gzip;
  bool http1_0 = false, via = false;
};

// ---- reading

void read_types(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  if (!config::is_filled_map(reading.context, node, "types",
                             "write it like { text/html: /, text/css: /app.css }"))
    return;
  for (const config::Node::Entry& entry : node.entries) {
    std::string type = match::lower_case(entry.key->text);
    if (std::count(type.begin(), type.end(), '/') != 1 || type.find(';') != std::string::npos)
      reading.error(*entry.key, config::in_quotes(type) + " is not a media type", "write it like text/html");
    settings.subjects.push_back({read_path(reading, *entry.value, "types"), std::move(type)});
  }
}

void read_encodings(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  settings.encodings.clear();
  if (!config::is_filled_list(reading.context, node, "encodings", "write it like [gzip, br]")) return;
  for (const config::Node* item : node.items) {
    const auto encoding = config::read_choice(reading.context, *item, "encodings", kEncodings);
    if (encoding) settings.encodings.push_back(*encoding);
  }
}

void read_subjects(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* path = reading.find("path");
  const config::Node* paths = reading.find("paths");
  const config::Node* types = reading.find("types");
  if (path != nullptr && paths != nullptr)
    reading.error(*path, "\"path\" and \"paths\" are both given", "keep one of them");
  for (std::string& written : read_paths(reading, path != nullptr ? "path" : "paths", {}))
    settings.subjects.push_back({std::move(written), {}});
  if (types != nullptr) read_types(reading, *types, settings);
  if (path == nullptr && paths == nullptr && types == nullptr && reading.find("never") == nullptr)
    reading.error(*reading.find("kind"), "this probe looks at nothing",
                  "add paths: [/, /app.js], types: { text/html: / } or never: [/logo.png]");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_subjects(reading, *settings);
  settings->never = read_paths(reading, "never", {});
  for (const Subject& subject : settings->subjects)
    if (std::find(settings->never.begin(), settings->never.end(), subject.path) != settings->never.end())
      reading.error(*reading.find("never"),
                    config::in_quotes(subject.path) + " is to be compressed and never to be",
                    "remove it from one of the two");
  if (const config::Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  if (const config::Node* encodings = reading.find("encodings"))
    read_encodings(reading, *encodings, *settings);
  if (const config::Node* size = reading.find("min_size"))
    config::assign(settings->min_size, config::read_size(reading.context, *size, "min_size"));
  settings->http1_0 = read_flag(reading, reading.map, "http1_0").value_or(false);
  settings->via = read_flag(reading, reading.map, "via").value_or(false);
  return settings;
}

// ---- asking: for each path first and last uncompressed, between them every variant; then what must not be
// compressed

std::vector<Variant> variants(const Settings& settings) {
  std::vector<Variant> all;
  for (const Encoding encoding : settings.encodings) {
    all.push_back({encoding});
    if (settings.http1_0) all.push_back({.encoding = encoding, .http1_0 = true});
    if (settings.via) all.push_back({.encoding = encoding, .via = true});
  }
  return all;
}

std::string shown(const Variant& variant) {
  return fmt::format("{}{}{}", kEncodings.word(variant.encoding), variant.http1_0 ? " over HTTP/1.0" : "",
                     variant.via ? " with Via" : "");
}

client::Ask ask_for(const Probe& probe, const std::string& path, std::string_view accepted) {
  client::Ask ask = probe.http(path);
  add_headers(ask, probe.settings<Settings>().headers);
  set_header(ask, "Accept-Encoding", accepted);
  client::HttpAsk& made = http(ask);
  made.decode = true;
  made.keep_bytes = kKept;
  return ask;
}

client::Ask plain_ask(const Probe& probe, const std::string& path, std::string_view turn) {
  client::Ask ask = ask_for(probe, path, "identity");
  ask.label += fmt::format(" uncompressed{}", turn);
  return ask;
}

client::Ask variant_ask(const Probe& probe, const std::string& path, const Variant& variant) {
  client::Ask ask = ask_for(probe, path, kEncodings.word(variant.encoding));
  ask.label += " as " + shown(variant);
  if (variant.http1_0) http(ask).version = client::HttpAsk::Version::http1_0;
  if (variant.via) set_header(ask, "Via", "1.1 assay");
  return ask;
}

std::size_t asks_of_subject(const Settings& settings) { return 2 + variants(settings).size(); }

std::vector<client::Ask> asks_for_never(const Probe& probe, const Settings& settings) {
  std::vector<client::Ask> asks;
  std::string accepted;
  for (const Encoding encoding : settings.encodings)
    accepted += (accepted.empty() ? "" : ", ") + std::string(kEncodings.word(encoding));
  for (const std::string& path : settings.never) asks.push_back(ask_for(probe, path, accepted));
  return asks;
}

// One path at a time, so that few bodies are on their way at once.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const std::size_t turn = so_far.size() / asks_of_subject(settings);
  if (turn >= settings.subjects.size()) {
    const bool done = so_far.size() > settings.subjects.size() * asks_of_subject(settings);
    return done ? std::vector<client::Ask>() : asks_for_never(probe, settings);
  }
  const std::string& path = settings.subjects[turn].path;
  std::vector<client::Ask> asks{plain_ask(probe, path, "")};
  for (const Variant& variant : variants(settings)) asks.push_back(variant_ask(probe, path, variant));
  asks.push_back(plain_ask(probe, path, " again"));
  return asks;
}

// ---- judging

std::string media_type(const client::HttpAnswer& answer) {
  const std::string value = header_value(answer, "content-type");
  return match::lower_case(trimmed(std::string_view(value).substr(0, value.find(';'))));
}

std::string shown_bytes(std::uint64_t bytes) { return format_count(bytes) + " B"; }

bool is_success(const client::HttpAnswer& answer) { return answer.status >= 200 && answer.status <= 299; }

// "gzip" also where the server writes "x-gzip"; empty: not compressed.
std::string encoding_of(const client::HttpAnswer& answer) {
  std::string all;
  for (const std::string& member : list_members(answer, "content-encoding")) {
    std::string name = match::lower_case(member);
    if (name == "identity") continue;
    if (name == "x-gzip") name = "gzip";
    all += (all.empty() ? "" : ", ") + name;
  }
  return all;
}

bool same_body(const client::HttpAnswer& a, const client::HttpAnswer& b) {
  return a.body_bytes == b.body_bytes && a.body == b.body;
}

class SubjectJudge {
 public:
  SubjectJudge(const Settings& settings, const Subject& subject, Exchanges asked, Judgement& judgement)
      : settings_(settings), subject_(subject), asked_(asked), judgement_(judgement) {}

  void judge() {
    const Exchange& first = asked_.front();
    const Exchange& last = asked_.back();
    if (judgement_.trouble(first.ask, first.answer) || judgement_.trouble(last.ask, last.answer)) return;
    plain_ = first.answer.http();
    if (!is_success(*plain_))
      return require(false, "status of " + subject_.path, "2xx", std::to_string(plain_->status));
    if (!subject_.type.empty())
      require(media_type(*plain_) == subject_.type, "content-type of " + subject_.path, subject_.type,
              shown_header(*plain_, "content-type"));
    if (!encoding_of(*plain_).empty())
      require(false, first.ask.label, "no content-encoding", shown_header(*plain_, "content-encoding"));
    stable_ = same_body(*plain_, *last.answer.http());
    if (!stable_)
      judgement_.add(ProbeState::warn, "body of " + subject_.path, "the same in two answers, to compare with",
                     "it changes with every answer, so decoded bodies were not compared");
    const std::vector<Variant> all = variants(settings_);
    for (std::size_t i = 0; i < all.size(); ++i) judge_variant(all[i], asked_[i + 1]);
  }

 private:
  void require(bool holds, std::string what, std::string expected, std::string observed) {
    judgement_.require(holds, std::move(what), std::move(expected), std::move(observed));
  }

  bool is_small() const { return plain_->body_bytes < settings_.min_size; }

  void judge_variant(const Variant& variant, const Exchange& exchange) {
    const auto& [ask, answer] = exchange;
    if (judgement_.trouble(ask, answer, "a body that can be decoded")) return;
    const client::HttpAnswer& http = *answer.http();
    const std::string encoding = encoding_of(http);
    const std::string_view wanted = kEncodings.word(variant.encoding);
    if (encoding.empty() && is_small())
      return judgement_.add(
          ProbeState::skip, ask.label, std::string(wanted),
          fmt::format("uncompressed: {} are less than min_size", shown_bytes(plain_->body_bytes)));
    require(http.status == plain_->status, "status of " + ask.label, std::to_string(plain_->status),
            std::to_string(http.status));
    require(encoding == wanted, ask.label, std::string(wanted),
            encoding.empty() ? fmt::format("uncompressed: {}", shown_bytes(http.wire_bytes)) : encoding);
    if (encoding == wanted) judge_encoded(ask.label, http);
  }

  void judge_encoded(const std::string& label, const client::HttpAnswer& http) {
    if (stable_)
      require(same_body(*plain_, http), "body of " + label, "the uncompressed body after decoding",
              same_body(*plain_, http) ? "the same"
                                       : fmt::format("another one: {} for {}", shown_bytes(http.body_bytes),
                                                     shown_bytes(plain_->body_bytes)));
    judgement_.add(http.wire_bytes < plain_->wire_bytes ? ProbeState::pass
                   : is_small()                         ? ProbeState::warn
                                                        : ProbeState::fail,
                   "size of " + label, "less than " + shown_bytes(plain_->wire_bytes),
                   shown_bytes(http.wire_bytes));
    const bool varies = lists(http, "vary", "accept-encoding") || lists(http, "vary", "*");
    judgement_.advise(varies, "vary of " + label, "Accept-Encoding, for caches to tell them apart",
                      shown_header(http, "vary"));
    const std::string etag = header_value(http, "etag");
    if (etag.starts_with('"') && etag == header_value(*plain_, "etag"))
      judgement_.add(ProbeState::warn, "etag of " + label, "another one than uncompressed, or a weak one",
                     etag);
  }

  const Settings& settings_;
  const Subject& subject_;
  Exchanges asked_;
  Judgement& judgement_;
  const client::HttpAnswer* plain_ = nullptr;
  bool stable_ = true;
};

void judge_never(const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.trouble(ask, answer)) return;
  const client::HttpAnswer& http = *answer.http();
  judgement.require(is_success(http), "status of " + ask.label, "2xx", std::to_string(http.status));
  judgement.require(encoding_of(http).empty(), "content-encoding of " + ask.label,
                    "absent: it is compressed already", shown_header(http, "content-encoding"));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const std::size_t size = asks_of_subject(settings);
  Judgement judgement;
  for (std::size_t i = 0; i < settings.subjects.size(); ++i)
    SubjectJudge(settings, settings.subjects[i], all.subspan(i * size, size), judgement).judge();
  for (const Exchange& exchange : all.subspan(settings.subjects.size() * size))
    judge_never(exchange, judgement);
  return judgement;
}

}  // namespace

const Kind kCompression{.form = {.name = "compression", .keys = kKeys, .read = read},
                        .purpose = "what compresses well is sent compressed and is the same after decoding",
                        .next = next,
                        .judge = judge};

}  // namespace assay::probes
