#include "probes/probe_backup_freshness.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "base/utc.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "match/text_template.h"
#include "probes/backup_list.h"
#include "probes/command_keys.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"list", "pattern", "max_age", "min_size", "keep", "not_shrinking"};
constexpr std::string_view kListWords[] = {"command", "s3"};
constexpr config::KeyTable kListKeys{"backup_list", "list", kListWords};
constexpr config::DurationRange kAgeRange{std::chrono::minutes(1), std::chrono::hours(24 * 3660)};
constexpr std::size_t kMostPages = 100;           // of 1,000 objects
constexpr std::size_t kPageBytes = 4U << 20;      // 1,000 keys of 1,024 bytes and what stands around them
constexpr Nanos kSkew = std::chrono::minutes(1);  // between the clocks of two machines
// What a compressor makes of nothing, with a file name in it: `pg_dump | gzip` after a failed pg_dump.
constexpr std::uint64_t kEmptyCompressed = 100;

struct Settings final : config::ProbeSettings {
  std::vector<std::string> command;
  std::string s3;  // path and query on the target; empty: the command lists
  std::shared_ptr<const re2::RE2> pattern;
  Nanos max_age{0};
  std::uint64_t min_size = 0, keep = 0;
  std::optional<double> not_shrinking;
};

// ---- the gate file
void read_list(const config::ProbeReading& reading, Settings& settings) {
  const std::string_view hint =
      "write it like { command: [./list-backups] } or { s3: \"/bucket?list-type=2\" }";
  const config::Node* node = reading.require("list", hint);
  if (node == nullptr) return;
  const config::MapReader map(reading.context, *node, kListKeys, "list");
  if (!map.is_map()) return;
  const config::Node *command = map.find("command"), *s3 = map.find("s3");
  if ((command == nullptr) == (s3 == nullptr))
    return reading.error(*node, "the list of backups comes from one place", std::string(hint));
  if (command != nullptr) settings.command = read_argv(reading, *command, "command");
  if (s3 == nullptr) return;
  settings.s3 = read_path(reading, *s3, "s3");
  if (settings.s3.find("list-type=2") == std::string::npos)
    reading.error(*s3, "this does not ask for a list", "write it like \"/bucket?list-type=2&prefix=daily/\"");
  if (reading.spec.url.empty())
    reading.error(*s3, "there is no target to ask", "add target: https://s3.example.com");
}

void read_pattern(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("pattern");
  if (node == nullptr) return;
  const std::optional<std::string> text = config::read_text(reading.context, *node, "pattern");
  if (!text) return;
  auto pattern = std::make_shared<const re2::RE2>(*text, re2::RE2::Quiet);
  if (!pattern->ok()) return reading.error(*node, "this is not a regular expression", pattern->error());
  settings.pattern = std::move(pattern);
}

void read_not_shrinking(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("not_shrinking");
  if (node == nullptr) return;
  settings.not_shrinking = config::read_ratio(reading.context, *node, "not_shrinking");
  if (settings.not_shrinking && (*settings.not_shrinking <= 0 || *settings.not_shrinking > 1))
    reading.error(*node, "the newest backup cannot be held to this share of the others",
                  "use a share above 0% and up to 100%");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_list(reading, *settings);
  read_pattern(reading, *settings);
  if (const config::Node* age = reading.require("max_age", "write it like max_age: 25h"))
    config::assign(settings->max_age, config::read_duration(reading.context, *age, "max_age", kAgeRange));
  if (const config::Node* size = reading.find("min_size"))
    config::assign(settings->min_size, config::read_size(reading.context, *size, "min_size"));
  if (const config::Node* keep = reading.find("keep"))
    config::assign(settings->keep, config::read_whole(reading.context, *keep, "keep", {1, 100'000}));
  read_not_shrinking(reading, *settings);
  return settings;
}

// ---- what is asked
client::Ask page_ask(const Probe& probe, const std::string& token) {
  std::string path = probe.settings<Settings>().s3;
  if (!token.empty()) {
    path += "&continuation-token=";
    match::append_encoded({token, false}, match::Encoding::url_component, path);
  }
  client::Ask ask = probe.http(path);
  http(ask).keep_bytes = kPageBytes;
  return ask;
}

Expected<BackupPage, std::string> page_of(const Exchange& exchange) {
  const client::HttpAnswer& answer = *exchange.answer.http();
  if (answer.status != 200)
    return Unexpected(fmt::format("the bucket answers with status {}", answer.status));
  if (answer.body_bytes > answer.body.size())
    return Unexpected(std::string("a page of the list is too long"));
  return parse_s3_page(answer.body);
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) return {settings.s3.empty() ? command_ask(settings.command) : page_ask(probe, {})};
  if (settings.s3.empty() || !so_far.back().answer.ok() || so_far.size() >= kMostPages) return {};
  const Expected<BackupPage, std::string> page = page_of(so_far.back());
  if (!page || page->next.empty()) return {};
  return {page_ask(probe, page->next)};
}

// ---- what came back
using Listed = Expected<std::vector<Backup>, std::string>;

Listed printed(const client::CommandAnswer& answer) {
  if (answer.exit_code != 0) return Unexpected("the command ended with " + how_it_ended(answer));
  if (answer.out_is_cut)
    return Unexpected(std::string("the list is longer than 64KiB; let the command print less"));
  return parse_backup_lines(answer.out);
}

Listed answered(Exchanges all) {
  std::vector<Backup> backups;
  for (const Exchange& exchange : all) {
    Expected<BackupPage, std::string> page = page_of(exchange);
    if (!page) return Unexpected(std::move(page).error());
    if (all.size() >= kMostPages && &exchange == &all.back() && !page->next.empty())
      return Unexpected(fmt::format("the list has more than {} pages; narrow it with a prefix", kMostPages));
    std::move(page->backups.begin(), page->backups.end(), std::back_inserter(backups));
  }
  return backups;
}

std::string shown(const Backup& backup) {
  return fmt::format("{} of {}", backup.name, utc_text(backup.time));
}

// A list of backups, the oldest first.
class Review {
 public:
  Review(const Settings& settings, std::vector<Backup> all, WallTime now, Judgement& judgement)
      : settings_(settings), now_(now), judgement_(judgement), listed_(all.size()) {
    for (Backup& backup : all) {
      if (settings.pattern != nullptr && !re2::RE2::PartialMatch(backup.name, *settings.pattern)) continue;
      (backup.time > now + kSkew ? ahead_ : backups_).push_back(std::move(backup));
    }
    std::stable_sort(backups_.begin(), backups_.end(),
                     [](const Backup& a, const Backup& b) { return a.time < b.time; });
  }

  void judge() {
    judge_future();
    if (backups_.empty()) {
      judgement_.add(ProbeState::fail, "newest backup", "one", missing());
      return;
    }
    judge_age();
    judge_size();
    judge_count();
    judge_trend();
  }

 private:
  const Backup& newest() const { return backups_.back(); }

  std::string missing() const {
    if (listed_ == 0) return "an empty list";
    return fmt::format("none that fits, among {} in the list", listed_);
  }

  // Such a backup would look fresh for as long as its clock was wrong.
  void judge_future() {
    if (ahead_.empty()) return;
    judgement_.add(
        ProbeState::fail, "times of the backups", "in the past",
        fmt::format("{}, which is {} ahead", shown(ahead_[0]), format_duration(ahead_[0].time - now_)));
  }

  void judge_age() {
    const Nanos age = std::max<Nanos>(now_ - newest().time, Nanos(0));
    judgement_.require(age <= settings_.max_age, "age of the newest backup",
                       "at most " + format_duration(settings_.max_age),
                       fmt::format("{} ({})", format_duration(age), shown(newest())));
  }

  static bool hollow(const Backup& backup) {
    constexpr std::string_view kCompressed[] = {".gz", ".tgz", ".bz2", ".xz", ".zst", ".zip"};
    const bool compressed = std::any_of(std::begin(kCompressed), std::end(kCompressed),
                                        [&](std::string_view end) { return backup.name.ends_with(end); });
    return backup.bytes < (compressed ? kEmptyCompressed : 1);
  }

  void judge_size() {
    const std::string observed =
        fmt::format("{} ({})", format_size(static_cast<double>(newest().bytes)), newest().name);
    if (hollow(newest())) {
      judgement_.add(ProbeState::fail, "size of the newest backup", "something in it",
                     newest().bytes == 0 ? observed : observed + ", as an empty compressed file has");
    } else if (settings_.min_size > 0) {
      judgement_.require(newest().bytes >= settings_.min_size, "size of the newest backup",
                         "at least " + format_size(static_cast<double>(settings_.min_size)), observed);
    }
  }

  void judge_count() {
    if (settings_.keep == 0) return;
    const auto empty = static_cast<std::uint64_t>(std::count_if(backups_.begin(), backups_.end(), hollow));
    const std::uint64_t count = backups_.size() - empty;
    judgement_.require(count >= settings_.keep, "backups kept", "at least " + format_count(settings_.keep),
                       empty == 0
                           ? format_count(count)
                           : fmt::format("{}, and {} empty", format_count(count), format_count(empty)));
  }

  // With the largest of the earlier ones, so that a slow loss shows as well as a sudden one.
  void judge_trend() {
    if (!settings_.not_shrinking) return;
    const std::string what = "size against earlier backups";
    if (backups_.size() < 2) return judgement_.add(ProbeState::skip, what, "", "there is no earlier one");
    const auto largest = std::max_element(backups_.begin(), backups_.end() - 1,
                                          [](const Backup& a, const Backup& b) { return a.bytes < b.bytes; });
    const double least = *settings_.not_shrinking * static_cast<double>(largest->bytes);
    judgement_.require(static_cast<double>(newest().bytes) >= least, what,
                       fmt::format("at least {} of {} ({})", format_ratio(*settings_.not_shrinking),
                                   format_size(static_cast<double>(largest->bytes)), largest->name),
                       format_size(static_cast<double>(newest().bytes)));
  }

  const Settings& settings_;
  WallTime now_;
  Judgement& judgement_;
  std::size_t listed_;
  std::vector<Backup> backups_, ahead_;
};

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const Exchange& last = all.back();
  Judgement judgement;
  if (!last.answer.ok()) {
    judgement.could_not("list of backups",
                        fmt::format("{}: {}", client::name(last.answer.trouble), last.answer.problem));
    return judgement;
  }
  Listed backups = settings.s3.empty() ? printed(*last.answer.command()) : answered(all);
  if (backups) {
    Review(settings, *std::move(backups), last.answer.started_wall, judgement).judge();
  } else {
    judgement.could_not("list of backups", std::move(backups).error());
  }
  return judgement;
}

}  // namespace

const Kind kBackupFreshness{
    .form = {.name = "backup-freshness", .keys = kKeys, .read = read, .needs_url = false},
    .purpose = "the newest backup is young, not empty and not shrinking, and enough are kept",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
