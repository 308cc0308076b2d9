#include "probes/session.h"

#include <iterator>
#include <utility>

namespace assay::probes {
namespace {

// More than any kind needs: a kind that is led on and on by its target must end, too.
constexpr std::size_t kMostAsks = 20'000;
// A kind takes milliseconds to look at more than this, and everybody else's answers would be late.
constexpr std::size_t kWorthAThread = 64 << 10;

}  // namespace

Session::Session(const Probe& probe, client::Client& client, bool reuse, std::function<void(Session&)> done)
    : probe_(probe), client_(client), reuse_(reuse), done_(std::move(done)) {}

void Session::begin() {
  started_ = Clock::now();
  go_on();
}

void Session::go_on() {
  if (kept_bytes_ >= kWorthAThread) return client_.aside([this] { think(); }, [this] { ask(); });
  think();
  ask();
}

// What to ask next, or what to make of it all.
void Session::think() {
  batch_ = probe_.kind->next(probe_, exchanges_);
  if (exchanges_.size() + batch_.size() > kMostAsks) {
    judgement_.could_not("the probe", "it had no end after 20,000 asks");
    batch_.clear();
  } else if (batch_.empty()) {
    judgement_ = probe_.kind->judge(probe_, exchanges_);
  }
}

void Session::ask() {
  if (batch_.empty()) {
    const auto done = std::move(done_);  // it may destroy this
    return done(*this);
  }
  answers_.assign(batch_.size(), {});
  missing_ = batch_.size();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (auto* http = std::get_if<client::HttpAsk>(&batch_[i].what); http != nullptr && reuse_)
      http->reuse = true;
    client_.begin(batch_[i], batch_[i].access ? *batch_[i].access : probe_.access,
                  [this, i](client::Answer answer) { answered(i, std::move(answer)); });
  }
}

void Session::answered(std::size_t index, client::Answer answer) {
  answers_[index] = std::move(answer);
  if (--missing_ > 0) return;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (const client::HttpAnswer* http = answers_[i].http()) kept_bytes_ += http->body.size();
    exchanges_.push_back({std::move(batch_[i]), std::move(answers_[i])});
  }
  go_on();
}

}  // namespace assay::probes
