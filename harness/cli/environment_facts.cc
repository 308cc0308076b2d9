#include "cli/environment_facts.h"

#include <openssl/crypto.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace assay::cli {
namespace {

// Which commit and which pipeline a run belongs to; none of these holds a secret.
constexpr std::array<std::string_view, 12> kCiVariables = {
    "GITHUB_SHA",      "GITHUB_REF",         "GITHUB_RUN_ID",  "GITHUB_REPOSITORY",
    "CI_COMMIT_SHA",   "CI_COMMIT_REF_NAME", "CI_PIPELINE_ID", "CI_JOB_ID",
    "CI_PROJECT_PATH", "GIT_COMMIT",         "BUILD_NUMBER",   "JOB_NAME"};

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

std::uint32_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::uint32_t>(CPU_COUNT(&set)) : 0;
}

std::uint64_t memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  return pages > 0 && page_bytes > 0
             ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes)
             : 0;
}

std::uint64_t file_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

Environment environment_facts(const Context& context) {
  Environment facts;
  facts.assay_version = ASSAY_VERSION;
#ifdef __clang__
  facts.compiler = "clang " __clang_version__;
#else
  facts.compiler = "gcc " __VERSION__;
#endif
#ifdef NDEBUG
  facts.build = "Release";
#else
  facts.build = "Debug";
#endif
  utsname system{};
  if (uname(&system) == 0) {
    facts.hostname = system.nodename;
    facts.kernel = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  facts.cpu_model = cpu_model();
  facts.cores = usable_cores();
  facts.memory_bytes = memory_bytes();
  facts.file_limit = file_limit();
  facts.openssl_version = OpenSSL_version(OPENSSL_VERSION_STRING);
  for (const std::string_view name : kCiVariables) {
    if (const auto value = context.environment(name)) facts.ci.emplace(name, *value);
  }
  return facts;
}

}  // namespace assay::cli
