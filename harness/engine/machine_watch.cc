#include "engine/machine_watch.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

namespace assay::engine {
namespace {

template <class T>
std::optional<T> first_value(const std::string& path) {
  std::ifstream file(path);
  T value{};
  return file >> value ? std::optional(value) : std::nullopt;
}

// A line of /proc/stat: "cpu3 user nice system idle iowait irq softirq steal ...", in ticks.
void read_cores(const std::string& root, const std::vector<int>& cores, MachineReading& into) {
  enum Column : std::uint8_t { idle = 3, iowait = 4, steal = 7 };
  const auto ticks_per_s = static_cast<double>(::sysconf(_SC_CLK_TCK));
  double busy = 0, stolen = 0;
  std::ifstream file(root + "/proc/stat");
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    std::istringstream words(line);
    std::string label;
    words >> label;
    const auto number = std::string_view(label).substr(3);
    if (!std::ranges::any_of(cores, [&](int core) { return std::to_string(core) == number; })) continue;
    ++into.cores;
    double ticks = 0;
    for (int column = 0; column <= steal && words >> ticks; ++column) {
      if (column == steal) stolen += ticks;
      if (column != idle && column != iowait) busy += ticks;
    }
  }
  if (into.cores == 0) return;
  into.busy_s = busy / ticks_per_s;
  into.stolen_s = stolen / ticks_per_s;
}

// /proc/net/snmp: a line of names, then a line of values, both beginning with "Tcp:".
void read_segments(const std::string& root, MachineReading& into) {
  std::ifstream file(root + "/proc/net/snmp");
  std::string names;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("Tcp:")) continue;
    if (names.empty()) {
      names = line;
      continue;
    }
    std::istringstream keys(names), values(line);
    std::string key, label;
    keys >> key;
    values >> label;
    std::int64_t value = 0;  // some are negative
    while (keys >> key && values >> value) {
      if (key == "OutSegs") into.segments_sent = static_cast<std::uint64_t>(value);
      if (key == "RetransSegs") into.segments_retransmitted = static_cast<std::uint64_t>(value);
    }
  }
}

// "TCP: inuse 4 orphan 0 tw 112 alloc 4 mem 114"; IPv6 sockets are counted there too.
void read_time_wait(const std::string& root, MachineReading& into) {
  std::ifstream file(root + "/proc/net/sockstat");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("TCP:")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      std::uint64_t sockets = 0;
      if (word == "tw" && words >> sockets) into.time_wait = sockets;
    }
  }
}

std::vector<int> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(static_cast<int>(core));
  return cores;
}

// A counter that went backwards was reset: nothing can be said.
template <class T>
std::optional<T> growth(const std::optional<T>& before, const std::optional<T>& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

}  // namespace

MachineReading read_machine(const std::string& root, const std::vector<int>& cores, const std::string& link) {
  MachineReading reading;
  reading.at = Clock::now();
  read_cores(root, cores, reading);
  read_segments(root, reading);
  read_time_wait(root, reading);
  if (link.empty()) return reading;
  const std::string statistics = root + "/sys/class/net/" + link + "/statistics/";
  reading.link_sent_bytes = first_value<std::uint64_t>(statistics + "tx_bytes");
  reading.link_received_bytes = first_value<std::uint64_t>(statistics + "rx_bytes");
  return reading;
}

std::uint64_t link_speed(const std::string& root, const std::string& link) {
  const auto megabits = first_value<std::int64_t>(root + "/sys/class/net/" + link + "/speed").value_or(0);
  return megabits > 0 ? static_cast<std::uint64_t>(megabits) * 1'000'000 : 0;
}

MachineSecond machine_second(const std::optional<MachineReading>& before, const MachineReading& after,
                             std::uint64_t bits_per_s) {
  MachineSecond second;
  second.time_wait = after.time_wait;
  if (!before || after.at <= before->at) return second;
  const double elapsed_s = seconds(after.at - before->at);
  if (const auto busy = growth(before->busy_s, after.busy_s)) second.cpu_ratio = *busy / elapsed_s;
  if (const auto stolen = growth(before->stolen_s, after.stolen_s))
    second.steal_ratio = *stolen / elapsed_s / static_cast<double>(after.cores);
  second.segments_sent = growth(before->segments_sent, after.segments_sent);
  second.segments_retransmitted = growth(before->segments_retransmitted, after.segments_retransmitted);
  const auto sent = growth(before->link_sent_bytes, after.link_sent_bytes);
  const auto received = growth(before->link_received_bytes, after.link_received_bytes);
  if (sent && received && bits_per_s > 0) {
    const auto bits = static_cast<double>(std::max(*sent, *received)) * 8;
    second.link_ratio = bits / elapsed_s / static_cast<double>(bits_per_s);
  }
  return second;
}

MachineWatch::MachineWatch(const std::optional<std::string>& link) : cores_(usable_cores()) {
  if (link) link_ = LinkFacts{*link, link_speed("", *link)};
}

void MachineWatch::second_over(std::uint32_t second) {
  if (seconds_.contains(second)) return;
  const MachineReading now = read_machine("", cores_, link_ ? link_->name : "");
  seconds_[second] = machine_second(last_, now, link_ ? link_->bits_per_s : 0);
  last_ = now;
}

void MachineWatch::write_into(GeneratorHealth& health) const {
  health.link = link_;
  for (HealthSecond& second : health.seconds) {
    const auto seen = seconds_.find(second.second);
    if (seen != seconds_.end()) second.machine = seen->second;
  }
}

}  // namespace assay::engine
