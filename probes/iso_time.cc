#include "probes/iso_time.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "config/read_context.h"

namespace assay::probes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : rest_(text) {}

  std::optional<WallTime> moment() {
    const std::optional<std::chrono::sys_days> day = date();
    if (!day || !(take('T') || take('t') || take(' '))) return std::nullopt;
    const std::optional<Nanos> time = time_of_day();
    if (!time) return std::nullopt;
    return WallTime(std::chrono::duration_cast<WallTime::duration>(day->time_since_epoch() + *time));
  }

  // Ahead of UTC.
  std::optional<Nanos> zone() {
    if (take('Z') || take('z')) return end(Nanos(0));
    const bool behind = rest_.starts_with('-');
    if (!take('+') && !take('-')) return std::nullopt;
    const std::optional<int> hour = number(2, 14);
    take(':');
    const std::optional<int> minute = rest_.empty() ? 0 : number(2, 59);
    if (!hour || !minute) return std::nullopt;
    const Nanos ahead = hours(*hour) + minutes(*minute);
    return end(behind ? -ahead : ahead);
  }

  bool at_end() const { return rest_.empty(); }

 private:
  bool take(char c) {
    const bool there = rest_.starts_with(c);
    if (there) rest_.remove_prefix(1);
    return there;
  }

  std::optional<int> number(std::size_t digits, int most) {
    int value = 0;
    if (rest_.size() < digits) return std::nullopt;
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (error != std::errc() || stop != rest_.data() + digits || value < 0 || value > most)
      return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  // Years beyond these do not fit into the clock's nanoseconds.
  std::optional<std::chrono::sys_days> date() {
    const std::optional<int> year = number(4, 2200);
    if (!year || *year < 1970 || !take('-')) return std::nullopt;
    const std::optional<int> month = number(2, 12);
    if (!month || !take('-')) return std::nullopt;
    const std::optional<int> day = number(2, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
  }

  std::optional<Nanos> time_of_day() {
    const std::optional<int> hour = number(2, 23);
    if (!hour || !take(':')) return std::nullopt;
    const std::optional<int> minute = number(2, 59);
    if (!minute) return std::nullopt;
    Nanos time = hours(*hour) + minutes(*minute);
    if (!take(':')) return time;
    const std::optional<int> second = number(2, 60);  // 60: a leap second
    if (!second) return std::nullopt;
    time += seconds(*second);
    if (take('.') || take(',')) return fraction(time);
    return time;
  }

  std::optional<Nanos> fraction(Nanos time) {
    Nanos unit = seconds(1);
    const std::size_t before = rest_.size();
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      unit /= 10;
      time += unit * (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return rest_.size() < before ? std::optional(time) : std::nullopt;
  }

  std::optional<Nanos> end(Nanos ahead) const { return at_end() ? std::optional(ahead) : std::nullopt; }

  std::string_view rest_;
};

}  // namespace

Expected<WallTime, std::string> parse_iso_time(std::string_view text) {
  IsoReader reader(text);
  const std::optional<WallTime> moment = reader.moment();
  if (moment && reader.at_end())
    return Unexpected(
        fmt::format("the time {} has no zone; write it with Z or +02:00", config::in_quotes(text)));
  const std::optional<Nanos> ahead = moment ? reader.zone() : std::nullopt;
  if (!ahead)
    return Unexpected(fmt::format("{} is not a time like 2026-02-14T09:00:00Z", config::in_quotes(text)));
  return *moment - std::chrono::duration_cast<WallTime::duration>(*ahead);
}

}  // namespace assay::probes
