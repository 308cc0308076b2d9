#include "demo/site.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/random.h"
#include "demo/behaviour.h"

namespace assay::demo {
namespace {

constexpr std::uint64_t kSessionStream = 0x5e5510;

std::vector<std::string> route_labels(const TargetOptions& options) {
  std::vector<std::string> labels;
  for (const PathOptions& path : options.paths) labels.push_back(path.pattern);
  for (const Page& page : pages()) labels.emplace_back(page.pattern);
  labels.emplace_back("other");
  return labels;
}

// A path that only the options know needs no body to exist.
bool replaces_page(const PathOptions& path, const Request& request) {
  if (path.body || path.body_bytes) return true;
  const PageMatch match = find_page(request.method, request.path);
  return match.page == nullptr && !match.path_known;
}

void fill_own_body(const PathOptions& path, Answer& answer) {
  answer.content_type = path.content_type;
  answer.body = path.body.value_or(path.body_bytes ? "" : "ok\n");
  answer.filler_bytes = path.body_bytes.value_or(0);
}

void refuse(bool path_known, Answer& answer) {
  answer.status = path_known ? 405 : 404;
  answer.body = path_known ? "method not allowed\n" : "not found\n";
}

void fill_injected_error(const PathOptions& path, Answer& answer) {
  const Nanos latency = answer.latency;
  answer.clear();
  answer.latency = latency;
  answer.status = path.error_status;
  answer.body = "injected error\n";
}

}  // namespace

Site::Site(const TargetOptions& options)
    : options_(options),
      request_numbers_(options.paths.size()),
      routes_(route_labels(options)),
      metrics_(routes_) {
  state_.session = fmt::format("{:016x}", draw(options.seed, kSessionStream, 0));
}

void Site::answer(const Request& request, Answer& answer) {
  ++counters_.requests;
  answer.clear();
  answer.close = !request.keep_alive;
  const int index = matching_path(options_.paths, request.path);
  if (index < 0) return fill_page(request, answer);
  const PathOptions& path = options_.paths[static_cast<std::size_t>(index)];
  if (replaces_page(path, request)) {
    fill_own_body(path, answer);
  } else {
    fill_page(request, answer);
  }
  apply(static_cast<std::size_t>(index), answer);
}

void Site::fill_page(const Request& request, Answer& answer) {
  const PageMatch match = find_page(request.method, request.path);
  const auto all = pages();
  if (match.page == nullptr) {
    answer.route = options_.paths.size() + all.size();
    return refuse(match.path_known, answer);
  }
  answer.route = options_.paths.size() + static_cast<std::size_t>(match.page - all.data());
  match.page->fill({request, match.rest, state_, metrics_}, answer);
}

void Site::apply(std::size_t path_index, Answer& answer) {
  const PathOptions& path = options_.paths[path_index];
  const bool client_wants_close = answer.close;
  const Fate fate = fate_of(path, options_.seed, request_numbers_[path_index]++);
  if (fate.error) fill_injected_error(path, answer);
  answer.route = path_index;
  answer.latency += fate.latency;
  answer.reset = fate.reset;
  answer.chunked = answer.chunked || path.chunked;
  answer.close = client_wants_close || path.close;
  answer.drip = path.drip;
  answer.interim_status = path.interim_status;
  answer.extra_bytes = path.extra_bytes;
}

void Site::answer_malformed(Answer& answer) {
  ++counters_.malformed;
  answer.clear();
  answer.route = options_.paths.size() + pages().size();
  answer.status = 400;
  answer.close = true;
  answer.body = "not a request\n";
}

void Site::completed(const Answer& answer, Nanos taken) {
  if (answer.reset) {
    ++counters_.resets;
    return;
  }
  ++counters_.answers;
  if (answer.status >= 500) ++counters_.server_errors;
  metrics_.record(answer.route, answer.status, taken);
}

}  // namespace assay::demo
