#include "cli/run_identity.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "base/utc.h"
#include "config/gate_identity.h"
#include "config/url.h"
#include "verdict/run_measures.h"

namespace assay::cli {
namespace {

constexpr std::size_t kHashLength = 16;  // 64 bits: enough to tell runs apart, short enough to read

std::string hash_of(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hash;
  for (const unsigned char byte : digest) hash += fmt::format("{:02x}", byte);
  return hash.substr(0, kHashLength);
}

// "0.1" of "0.1.0": what may change the numbers changes at least this.
std::string version_line(const std::string& version) {
  const std::size_t first = version.find('.');
  return version.substr(0, first == std::string::npos ? first : version.find('.', first + 1));
}

// "Linux 6 x86_64" of "Linux 6.18.5-generic x86_64": updates of a kernel must not end a history.
std::string kernel_line(const std::string& kernel) {
  const std::size_t dot = kernel.find('.'), machine = kernel.rfind(' ');
  if (dot == std::string::npos || machine == std::string::npos || machine < dot) return kernel;
  return kernel.substr(0, dot) + kernel.substr(machine);
}

bool is_this_machine(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("[::1]") || address.starts_with("::1") ||
         address.starts_with("unix:") || address.starts_with("/");
}

std::string distance_of(const RunResult& result) {
  bool near = true, tls = false;
  for (const TargetFacts& target : result.targets) {
    near = near && std::all_of(target.addresses.begin(), target.addresses.end(), is_this_machine);
    tls = tls || target.url.starts_with("https:");
  }
  return std::string(near ? "this machine" : "another machine") + (tls ? ", https" : "");
}

// The host that a server is asked for, which may choose the instance behind one address. All names of this
// machine are one.
std::string asked_host(const TargetFacts& target) {
  const auto url = config::parse_url(target.url);
  if (!url) return target.url;
  return url->host == "localhost" || is_this_machine(url->host) ? "this machine" : url->host;
}

bool two_instances(const RunResult& result) {
  if (result.targets.size() != 2) return false;
  const TargetFacts &one = result.targets[0], &other = result.targets[1];
  if (one.addresses.empty() || other.addresses.empty()) return one.url != other.url;
  return one.addresses != other.addresses || asked_host(one) != asked_host(other);
}

}  // namespace

std::string run_name(const config::GateSpec& gate) {
  return gate.name.empty() ? std::filesystem::path(gate.source->path()).stem().string() : gate.name;
}

void note_identity(RunResult& result, const config::GateSpec& gate) {
  result.scenario_hash = hash_of(config::scenario_identity(gate));
  result.load_hash = hash_of(config::load_identity(gate));
  if (gate.judgement.stored) result.place = gate.judgement.stored->environment;
}

std::map<std::string, std::string> environment_of(const RunResult& result) {
  const Environment& machine = result.environment;
  std::map<std::string, std::string> facts = {{"assay", version_line(machine.assay_version)},
                                              {"build", machine.build},
                                              {"cores", std::to_string(machine.cores)},
                                              {"cpu", machine.cpu_model},
                                              {"generators", std::to_string(result.health.machines)},
                                              {"kernel", kernel_line(machine.kernel)},
                                              {"target", distance_of(result)}};
  if (!result.place.empty()) facts.emplace("environment", result.place);
  return facts;
}

RunKey key_of(const RunResult& result) {
  return {result.name, result.scenario_hash, result.load_hash, hash_of(facts_text(environment_of(result)))};
}

store::Asking asking_of(const RunResult& result) {
  return {.key = key_of(result), .environment = environment_of(result), .started_utc = result.started_utc};
}

std::string run_id(const std::string& result_json) { return hash_of(result_json); }

StoredRun stored_form(const RunRecord& record, const config::GateSpec& gate, const std::string& result_json) {
  const RunResult& result = record.result;
  StoredRun run;
  run.id = run_id(result_json);
  run.key = key_of(result);
  run.environment = environment_of(result);
  run.labels = result.environment.ci;
  run.started_utc = result.started_utc;
  run.saved_utc = utc_text(std::chrono::system_clock::now());
  run.grade = record.verdict ? record.verdict->grade : Grade::invalid;
  run.arms = static_cast<std::uint32_t>(result.targets.size());
  run.same_build = result.same_build;
  run.two_instances = result.same_build && two_instances(result);
  run.measures = verdict::measure_run(result, gate);
  return run;
}

}  // namespace assay::cli
