// --push, --remote-write and --otlp: servers that are told of a run once it is over. Whatever they say, the
// verdict and the exit code stay what they are.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "client/ask.h"
#include "model/run_record.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct MetricServers {
  std::string push, remote_write, otlp;  // URLs; empty: none

  void declare(CLI::App& parser);
};

struct MetricKind;

// One of them, with the headers that the environment has for it.
struct MetricReceiver {
  const MetricKind* kind = nullptr;
  std::string url;
  std::vector<client::Field> headers;
};

// Before a run, so that nothing is measured that cannot be sent for a slip of the pen. Nothing: the
// environment has headers that are none, which is said.
std::optional<std::vector<MetricReceiver>> receivers_of(const Context& context, const MetricServers& servers);

void send_metrics(const Context& context, const RunRecord& record, std::span<const MetricReceiver> receivers);

// "Name: value" lines. Nothing: one of them is no header.
std::optional<std::vector<client::Field>> parse_headers(const std::string& text);

// "/metrics/job/assay/gate/shop": where a Pushgateway keeps the last run of a gate.
std::string push_path(const std::string& gate);

}  // namespace assay::cli
