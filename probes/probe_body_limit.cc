#include "probes/probe_body_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/choices.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "probes/request_keys.h"
#include "probes/value_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"limit",        "path",  "method",        "headers",
                                      "http_version", "modes", "accept_status", "reject_status"};
enum class Mode : std::uint8_t { content_length, chunked, expect_continue };
constexpr config::Choices<Mode, 3> kModes{{"content-length", "chunked", "expect-continue"}};
constexpr std::uint64_t kLargest = 4ULL << 30;

struct Settings final : config::ProbeSettings {
  Request request;
  std::uint64_t limit = 0;
  std::string written;  // "10MiB"
  std::vector<Mode> modes{Mode::content_length};
  std::optional<StatusSet> accepted;
  StatusSet rejected{{{413, 413}}, "413"};

  bool accepts(int status) const {
    if (accepted) return accepted->holds(status);
    return status >= 200 && status < 500 && status != 413 && !rejected.holds(status);
  }
  std::string accepted_text() const { return accepted ? accepted->shown : "neither 413 nor 5xx"; }
};

void read_limit(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.require("limit", "write it like limit: 10MiB");
  if (node == nullptr) return;
  const std::optional<std::uint64_t> limit = config::read_size(reading.context, *node, "limit");
  if (!limit) return;
  settings.limit = *limit;
  settings.written = node->text;
  if (*limit < 1 || *limit > kLargest)
    reading.error(*node, "\"limit\" is out of range", "it must lie between 1B and 4GiB");
}

void read_modes(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("modes");
  if (node == nullptr || !config::is_filled_list(reading.context, *node, "modes", "write it like [chunked]"))
    return;
  settings.modes.clear();
  for (const config::Node* item : node->items) {
    const std::optional<Mode> mode = config::read_choice(reading.context, *item, "modes", kModes);
    if (!mode) continue;
    if (std::find(settings.modes.begin(), settings.modes.end(), *mode) != settings.modes.end())
      reading.error(*item, "the same mode twice", "name each once");
    if (*mode == Mode::chunked && settings.request.version == client::HttpAsk::Version::http1_0)
      reading.error(*item, "HTTP/1.0 has no chunked bodies", "remove it, or use http_version: \"1.1\"");
    settings.modes.push_back(*mode);
  }
}

void read_judged_statuses(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* accept = reading.find("accept_status");
  if (accept != nullptr) settings.accepted = read_statuses(reading, *accept, "accept_status");
  if (const config::Node* reject = reading.find("reject_status"))
    settings.rejected = read_statuses(reading, *reject, "reject_status");
  if (!settings.accepted) return;
  for (int status = 100; status < 600; ++status) {
    if (!settings.accepted->holds(status) || !settings.rejected.holds(status)) continue;
    reading.error(*accept, fmt::format("{} would both accept and reject a body", status),
                  "take it out of one list");
    return;
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->request = read_request(reading);
  if (reading.find("method") == nullptr) settings->request.method = "POST";
  read_limit(reading, *settings);
  read_modes(reading, *settings);
  read_judged_statuses(reading, *settings);
  const std::string& method = settings->request.method;
  if (method == "GET" || method == "HEAD")
    reading.error(*reading.find("method"), method + " carries no body", "use POST, PUT or PATCH");
  if (const config::Node* retries = reading.find("retries"); retries != nullptr && reading.spec.retries > 0)
    reading.error(*retries, "bodies of this size are never sent again", "remove \"retries\"");
  return settings;
}

client::Ask upload(const Probe& probe, Mode mode, std::uint64_t bytes) {
  client::Ask ask = to_ask(probe.settings<Settings>().request, probe);
  client::HttpAsk& sent = http(ask);
  sent.body_zeros = bytes;
  sent.framing =
      mode == Mode::chunked ? client::HttpAsk::Framing::chunked : client::HttpAsk::Framing::content_length;
  sent.expect_continue = mode == Mode::expect_continue;
  sent.keep_bytes = 4096;
  ask.label = fmt::format("{} of {} B, {}", ask.label, format_count(bytes), kModes.word(mode));
  return ask;
}

// The same number with the units of the other family: 10MB for 10MiB. 0: the limit is no round number.
std::uint64_t namesake(std::uint64_t bytes) {
  constexpr std::array<std::uint64_t, 3> kBinary{1ULL << 30, 1ULL << 20, 1ULL << 10};
  constexpr std::array<std::uint64_t, 3> kDecimal{1'000'000'000, 1'000'000, 1'000};
  for (std::size_t i = 0; i < kBinary.size(); ++i) {
    if (bytes % kBinary[i] == 0) return bytes / kBinary[i] * kDecimal[i];
    if (bytes % kDecimal[i] == 0) return bytes / kDecimal[i] * kBinary[i];
  }
  return 0;
}

// A status counts although the connection broke afterwards: who refuses a body early resets it while we send.
int status_of(const Exchange& exchange) {
  const client::HttpAnswer* http = exchange.answer.http();
  return http == nullptr ? 0 : http->status;
}

bool was_rejected(const Settings& settings, const Exchange& exchange) {
  return settings.rejected.holds(status_of(exchange));
}

bool was_accepted(const Settings& settings, const Exchange& exchange) {
  return exchange.answer.ok() && settings.accepts(status_of(exchange));
}

// One more body, where it can tell that the limit was only written in the other family of units.
std::optional<std::uint64_t> doubtful_size(const Settings& settings, Exchanges first_mode) {
  const std::uint64_t other = namesake(settings.limit);
  if (other == 0) return std::nullopt;
  if (other < settings.limit && was_rejected(settings, first_mode[0])) return other;
  if (other > settings.limit && was_accepted(settings, first_mode[1])) return other + 1;
  return std::nullopt;
}

// One body at a time: they are large, and the target may be small.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const std::size_t bodies = settings.modes.size() * 2;
  if (so_far.size() < bodies) {
    const Mode mode = settings.modes[so_far.size() / 2];
    return {upload(probe, mode, settings.limit + so_far.size() % 2)};
  }
  if (so_far.size() > bodies) return {};
  const std::optional<std::uint64_t> size = doubtful_size(settings, so_far);
  if (!size) return {};
  return {upload(probe, settings.modes[0], *size)};
}

std::string observed(const Exchange& exchange) {
  const client::Answer& answer = exchange.answer;
  const int status = status_of(exchange);
  const std::string trouble = answer.ok() ? "" : fmt::format("{}: {}", name(answer.trouble), answer.problem);
  if (status == 0) return answer.trouble == client::Trouble::timeout ? "hang: " + answer.problem : trouble;
  return answer.ok() ? std::to_string(status) : fmt::format("{}, then {}", status, trouble);
}

void judge_limit(const Settings& settings, Mode mode, const Exchange& exchange, Judgement& judgement) {
  const int status = status_of(exchange);
  std::string text = observed(exchange);
  if (mode == Mode::chunked && status == 411) {
    judgement.advise(false, exchange.ask.label, settings.accepted_text(), "411: chunked bodies are refused");
    return;
  }
  if (mode == Mode::expect_continue && status == 417) text += ": \"Expect: 100-continue\" is not understood";
  if (was_rejected(settings, exchange)) text += " below the limit: an inner hop limits to less";
  judgement.require(was_accepted(settings, exchange), exchange.ask.label, settings.accepted_text(), text);
}

void judge_beyond(const Settings& settings, Mode mode, const Exchange& exchange, Judgement& judgement) {
  const int status = status_of(exchange);
  const bool rejected = was_rejected(settings, exchange);
  const bool refused_anyway = mode == Mode::chunked && status == 411;
  std::string text = observed(exchange);
  if (was_accepted(settings, exchange) && !refused_anyway) {
    text += mode == Mode::chunked ? ": the limit does not hold for chunked bodies"
                                  : ": the limit is not enforced";
  } else if (!rejected && status == 0 && !exchange.answer.ok()) {
    text += ", before a status: a client would not learn why";
  }
  judgement.require(rejected || refused_anyway, exchange.ask.label, settings.rejected.shown, text);
  const std::uint64_t sent = rejected ? exchange.answer.http()->sent_bytes : 0;
  if (mode == Mode::expect_continue && rejected) {
    judgement.advise(sent == 0, "expect-continue", "a refusal before the body is sent",
                     fmt::format("{} B sent", format_count(sent)));
  }
}

void judge_doubt(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  if (status_of(exchange) == 0) return;
  const bool smaller = namesake(settings.limit) < settings.limit;
  const bool holds = smaller ? was_accepted(settings, exchange) : was_rejected(settings, exchange);
  const std::uint64_t bytes = std::get<client::HttpAsk>(exchange.ask.what).body_zeros - (smaller ? 0 : 1);
  std::string text =
      holds ? fmt::format("{} B is what the target limits to: MB count in thousands, MiB in 1024s",
                          format_count(bytes))
            : fmt::format("{}; the units are not the cause", observed(exchange));
  judgement.add(ProbeState::warn, exchange.ask.label, settings.written, std::move(text));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  const std::size_t bodies = settings.modes.size() * 2;
  for (std::size_t i = 0; i < bodies; ++i) {
    const Mode mode = settings.modes[i / 2];
    if (is_ours(all[i].answer.trouble)) {
      judgement.trouble(all[i].ask, all[i].answer);
    } else if (i % 2 == 0) {
      judge_limit(settings, mode, all[i], judgement);
    } else {
      judge_beyond(settings, mode, all[i], judgement);
    }
  }
  if (all.size() > bodies) judge_doubt(settings, all[bodies], judgement);
  return judgement;
}

}  // namespace

const Kind kBodyLimit{
    .form = {.name = "body-limit", .keys = kKeys, .read = read, .dangerous = true, .repeats = false},
    .purpose = "a body of the largest size is accepted, and one byte more is refused",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
