// How long a report takes: of a run of one hour at 10,000/s, or of a result file.
//   bench_report FORMAT [RESULT]        the report goes to standard output, the times to standard error
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

#include "model/codec.h"
#include "reports/registry.h"
#include "tests/support/long_run.h"

namespace {

using namespace assay;

std::optional<RunRecord> read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  auto record = from_json(std::string(std::istreambuf_iterator<char>(file), {}));
  if (record) return *std::move(record);
  std::cerr << path << ": " << record.error() << '\n';
  return std::nullopt;
}

template <class Work>
auto timed(const char* what, const Work& work) {
  const TimePoint begin = Clock::now();
  const std::clock_t cpu = std::clock();
  auto made = work();
  std::cerr << what << ": " << seconds(Clock::now() - begin) << " s, of CPU "
            << static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC << " s\n";
  return made;
}

}  // namespace

int main(int count, char** arguments) {
  const reports::ReportFormat* format = count > 1 ? reports::find_report_format(arguments[1]) : nullptr;
  if (format == nullptr) {
    std::cerr << "usage: bench_report FORMAT [RESULT]\n";
    return 2;
  }
  std::optional<RunRecord> record;
  if (count > 2) {
    record = timed("read", [&] { return read(arguments[2]); });
  } else {
    const std::string text = to_json(test_support::long_run({}));
    std::cerr << "result.json: " << text.size() / 1'000'000 << " MB\n";
    record = timed("read", [&] { return std::optional(*from_json(text)); });
  }
  if (!record) return 1;
  const std::string report = timed("write", [&] { return format->write(*record, {}); });
  std::cerr << "report: " << report.size() / 1000 << " kB\n";
  std::cout << report;
  return 0;
}
