#include "demo/behaviour.h"

#include "base/random.h"

namespace assay::demo {
namespace {

// Separate streams, so that a higher error rate does not change any latency.
enum class Stream : std::uint64_t { latency = 1, error = 2, reset = 3 };

// FNV-1a (Fowler, Noll, Vo): std::hash may differ between libraries, and a seed must mean the same
// everywhere.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::uint64_t stream_of(const PathOptions& path, Stream stream) {
  return stable_hash(path.pattern) ^ mix64(static_cast<std::uint64_t>(stream));
}

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty() || pattern.back() != '*') return pattern == path;
  pattern.remove_suffix(1);
  return path.substr(0, pattern.size()) == pattern;
}

Nanos after_stall(const StallWindows& stall, Nanos at) {
  const Nanos phase = at % stall.every;
  return phase < stall.every - stall.lasting ? at : at - phase + stall.every;
}

}  // namespace

Fate fate_of(const PathOptions& path, std::uint64_t seed, std::uint64_t request_number) {
  const auto happens = [&](Stream stream, double ratio) {
    return ratio > 0 && unit_interval(draw(seed, stream_of(path, stream), request_number)) < ratio;
  };
  return {draw_latency(path.latency, seed, stream_of(path, Stream::latency), request_number),
          happens(Stream::error, path.error_ratio), happens(Stream::reset, path.reset_ratio)};
}

int matching_path(const std::vector<PathOptions>& paths, std::string_view path) {
  int best = -1;
  std::size_t best_length = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!matches(paths[i].pattern, path) || paths[i].pattern.size() < best_length) continue;
    best = static_cast<int>(i);
    best_length = paths[i].pattern.size();
  }
  return best;
}

Nanos release_time(const StallWindows& stall, Nanos arrived, Nanos latency) {
  if (stall.every <= Nanos{0}) return arrived + latency;
  return after_stall(stall, after_stall(stall, arrived) + latency);
}

}  // namespace assay::demo
