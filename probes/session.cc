#include "probes/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "client/guardian.h"

namespace assay::probes {
namespace {

// More than any kind needs: a kind that is led on and on by its target must end, too.
constexpr std::size_t kMostAsks = 20'000, kMostAsksOfCourse = 1'000'000;
// A kind takes milliseconds to look at more than this, and everybody else's answers would be late.
constexpr std::size_t kWorthAThread = 64 << 10;

}  // namespace

Session::Session(const Probe& probe, client::Client& client, bool reuse, std::function<void(Session&)> done)
    : probe_(probe), client_(client), reuse_(reuse), done_(std::move(done)) {}

void Session::begin() {
  started_ = Clock::now();
  if (probe_.kind->begin != nullptr) course_ = probe_.kind->begin(probe_);
  go_on();
}

void Session::go_on() {
  // Here, where no other thread thinks.
  if (course_ && load_runs_) course_->load_runs(*load_runs_);
  load_runs_.reset();
  if (course_ && (given_up_ || endless_)) {
    break_off();
    return ask();
  }
  if (kept_bytes_ >= kWorthAThread) return client_.aside([this] { think(); }, [this] { ask(); });
  think();
  ask();
}

// What to ask next, or what to make of it all. Perhaps on another thread, so it does not look whether the run
// was given up meanwhile.
void Session::think() {
  batch_ = course_ ? course_->next(latest_) : probe_.kind->next(probe_, exchanges_);
  endless_ = asked_ + batch_.size() > (course_ ? kMostAsksOfCourse : kMostAsks);
  if (endless_) {
    batch_ = course_ ? course_->undo() : std::vector<client::Ask>();
    undone_ = true;
  }
  if (batch_.empty()) conclude();
}

// Before the batch is asked: should assay be killed from now on, somebody knows how to take it back.
void Session::guard() {
  if (!course_ || client_.guardian() == nullptr) return;
  std::vector<client::Undo> undo;
  for (client::Ask& ask : course_->undo()) {
    client::Access access = ask.access ? *ask.access : probe_.access;
    undo.push_back({std::move(ask), std::move(access)});
  }
  if (undo.empty() && !guarded_) return;
  if (!undo.empty() && guarded_) return;
  guarded_ = !undo.empty();
  client_.guardian()->arm(undo);
}

void Session::break_off() {
  if (undone_) course_->undone(latest_);
  batch_ = undone_ ? std::vector<client::Ask>() : course_->undo();
  undone_ = true;
  if (batch_.empty()) conclude();
}

void Session::conclude() {
  if (course_) judgement_ = course_->judge();
  if (!course_ && !endless_) judgement_ = probe_.kind->judge(probe_, exchanges_);
  if (endless_)
    judgement_.could_not("the probe", fmt::format("it had no end after {} asks", format_count(asked_)));
}

void Session::ask() {
  guard();
  if (board_ != nullptr && course_) board_->has_reached(probe_, course_->standing());
  if (batch_.empty()) {
    const auto done = std::move(done_);  // it may destroy this
    return done(*this);
  }
  answers_.assign(batch_.size(), {});
  missing_ = batch_.size();
  asked_ += batch_.size();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (auto* http = std::get_if<client::HttpAsk>(&batch_[i].what); http != nullptr && reuse_)
      http->reuse = true;
    client_.begin(
        batch_[i], batch_[i].access ? *batch_[i].access : probe_.access,
        [this, i](client::Answer answer) { answered(i, std::move(answer)); }, undone_);
  }
}

void Session::answered(std::size_t index, client::Answer answer) {
  answers_[index] = std::move(answer);
  if (--missing_ > 0) return;
  std::vector<Exchange> answered;
  for (std::size_t i = 0; i < batch_.size(); ++i)
    answered.push_back({std::move(batch_[i]), std::move(answers_[i])});
  keep(std::move(answered));
  go_on();
}

void Session::keep(std::vector<Exchange> answered) {
  if (course_) kept_bytes_ = 0;
  for (const Exchange& one : answered)
    if (const client::HttpAnswer* http = one.answer.http()) kept_bytes_ += http->body.size();
  if (!course_) {
    std::move(answered.begin(), answered.end(), std::back_inserter(exchanges_));
    return;
  }
  latest_ = std::move(answered);
  for (const Exchange& one : latest_) {
    if (!course_->shows(one)) continue;
    exchanges_.push_back(one);
    auto& what = exchanges_.back().answer.what;
    if (auto* http = std::get_if<client::HttpAnswer>(&what)) http->body.clear();
  }
}

}  // namespace assay::probes
