#include "cli/live_feed.h"

namespace assay::cli {

void LiveFeed::add(LiveSink& sink) {
  sinks_.push_back(&sink);
  sink.begin(run_);
}

void LiveFeed::second(const LiveSnapshot& snapshot, const ResultSoFar& result) {
  run_.now = snapshot;
  run_.past.push_back(snapshot);
  if (run_.past.size() > kPastSeconds) run_.past.pop_front();
  run_.probes = board_.read();
  const ResultSoFar whole = [&]() {
    auto measured = result();
    if (measured && complete_) complete_(*measured);
    return measured;
  };
  for (LiveSink* sink : sinks_) sink->show(run_, whole);
}

Wishes LiveFeed::wishes() const {
  Wishes all;
  for (const LiveSink* sink : sinks_) {
    const Wishes wishes = sink->wishes();
    all.stop |= wishes.stop;
    all.extend |= wishes.extend;
  }
  return all;
}

void LiveFeed::say(const std::string& news) {
  for (LiveSink* sink : sinks_) sink->say(news);
}

void LiveFeed::looked(const LookRow& row, verdict::Advice advice) {
  run_.looks.push_back(row);
  run_.standing = verdict::look_text(row, advice);
  say(run_.standing);
}

void LiveFeed::finish() {
  for (LiveSink* sink : sinks_) sink->finish();
}

}  // namespace assay::cli
