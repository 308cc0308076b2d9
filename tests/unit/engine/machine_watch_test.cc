#include "engine/machine_watch.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

// A folder that stands for the root of a machine, removed at the end.
class FakeRoot {
 public:
  FakeRoot() : path_(std::filesystem::temp_directory_path() / ("assay-root-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

MachineReading reading_at(Nanos at, double busy_s, double stolen_s) {
  MachineReading reading;
  reading.at = TimePoint{at};
  reading.busy_s = busy_s;
  reading.stolen_s = stolen_s;
  reading.cores = 2;
  return reading;
}

}  // namespace

TEST_CASE("the cores that count are those of this process") {
  const FakeRoot root;
  root.write("proc/stat",
             "cpu  9999 0 0 0 0 0 0 0 0 0\n"
             "cpu0 100 10 20 500 40 3 7 60 0 0\n"
             "cpu1 100 0 0 0 0 0 0 0 0 0\n"
             "cpu10 50 0 0 900 0 0 0 10 0 0\n"
             "intr 1 2 3\n");
  const double ticks_per_s = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const MachineReading reading = read_machine(root.path(), {0, 10}, "");
  CHECK(reading.cores == 2);
  CHECK(*reading.busy_s == doctest::Approx((200 + 60) / ticks_per_s));
  CHECK(*reading.stolen_s == doctest::Approx(70 / ticks_per_s));
}

TEST_CASE("TCP counters and sockets in TIME_WAIT are found by their names") {
  const FakeRoot root;
  root.write("proc/net/snmp",
             "Ip: Forwarding\nIp: 1\n"
             "Tcp: RtoAlgorithm MaxConn OutSegs RetransSegs InErrs\n"
             "Tcp: 1 -1 123456 789 2\n"
             "Udp: OutDatagrams\nUdp: 5\n");
  root.write("proc/net/sockstat", "sockets: used 19\nTCP: inuse 4 orphan 0 tw 112 alloc 4 mem 114\n");
  const MachineReading reading = read_machine(root.path(), {0}, "");
  CHECK(reading.segments_sent == 123'456);
  CHECK(reading.segments_retransmitted == 789);
  CHECK(reading.time_wait == 112);
}

TEST_CASE("a link tells its bytes, and its speed where it has one") {
  const FakeRoot root;
  root.write("sys/class/net/eth7/statistics/tx_bytes", "1000\n");
  root.write("sys/class/net/eth7/statistics/rx_bytes", "2000\n");
  root.write("sys/class/net/eth7/speed", "10000\n");
  root.write("sys/class/net/eth8/speed", "-1\n");
  const MachineReading reading = read_machine(root.path(), {0}, "eth7");
  CHECK(reading.link_sent_bytes == 1000);
  CHECK(reading.link_received_bytes == 2000);
  CHECK(link_speed(root.path(), "eth7") == 10'000'000'000);
  CHECK(link_speed(root.path(), "eth8") == 0);
  CHECK(link_speed(root.path(), "eth9") == 0);
}

TEST_CASE("what the kernel does not tell is absent") {
  const FakeRoot root;
  const MachineReading reading = read_machine(root.path(), {0}, "eth0");
  CHECK(machine_second(reading, reading, 1'000'000) == MachineSecond{});
}

TEST_CASE("a second is the growth since the reading before, by the time that really passed") {
  MachineReading before = reading_at(10s, 100, 7), after = reading_at(12s, 103, 8);
  before.segments_sent = 1000;
  after.segments_sent = 1500;
  before.segments_retransmitted = 5;
  after.segments_retransmitted = 5;
  before.link_sent_bytes = before.link_received_bytes = 0;
  after.link_sent_bytes = 50'000'000;
  after.link_received_bytes = 200'000'000;
  after.time_wait = 9;
  const MachineSecond second = machine_second(before, after, 1'000'000'000);
  CHECK(*second.cpu_ratio == doctest::Approx(1.5));
  CHECK(*second.steal_ratio == doctest::Approx(0.25));
  CHECK(second.segments_sent == 500);
  CHECK(second.segments_retransmitted == 0);
  CHECK(*second.link_ratio == doctest::Approx(0.8));
  CHECK(second.time_wait == 9);
}

TEST_CASE("the first second and a counter that was reset say nothing about growth") {
  const MachineReading after = reading_at(1s, 100, 7);
  CHECK(!machine_second(std::nullopt, after, 0).cpu_ratio);
  CHECK(!machine_second(reading_at(0s, 200, 7), after, 0).cpu_ratio);
}
