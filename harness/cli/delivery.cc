#include "cli/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

#include "client/client.h"
#include "match/secret_search.h"
#include "reports/plain_text.h"

namespace assay::cli {
namespace {

constexpr std::size_t kShownBytes = 300;  // of what a server says

class Delivery {
 public:
  Delivery(const Context& context, client::Client& client, Parcel parcel)
      : context_(context), client_(client), parcel_(std::move(parcel)) {
    access_.timeout = kTimeout;
    parcel_.request.keep_bytes = 4 << 10;
    ask_.what = parcel_.request;
  }
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void begin() {
    ++attempts_;
    client_.begin(ask_, access_, [this](const client::Answer& answer) { heard(answer); });
  }
  bool over() const { return over_; }

 private:
  void heard(const client::Answer& answer) {
    const int status = answer.ok() && answer.http() != nullptr ? answer.http()->status : 0;
    if (status >= 200 && status < 300) return end(fmt::format("metrics sent to {}", address()));
    const bool may_pass = status == 429 || status >= 500;
    if (may_pass && attempts_ < kAttempts) return again();
    end(fmt::format("warning: metrics not sent to {}: {}", address(), trouble(answer, status)));
  }

  void again() {
    client_.at(Clock::now() + kFirstWait * (1 << (attempts_ - 1)), [this] { begin(); });
  }

  void end(const std::string& said) {
    context_.err << "assay: " << shown(said) << std::endl;
    over_ = true;
  }

  std::string address() const { return parcel_.receiver + " " + shown_url(parcel_.request.url); }

  std::string trouble(const client::Answer& answer, int status) const {
    if (status == 0) return answer.problem;
    const std::string tries = attempts_ > 1 ? fmt::format(" ({} times)", attempts_) : "";
    const std::string& body = answer.http()->body;
    // Secrets go first: clipped, the beginning of one would stand there.
    const std::string words = reports::clipped(match::without_secrets(body, parcel_.secrets), kShownBytes);
    return fmt::format("it answered {}{}{}{}", status, tries, words.empty() ? "" : ": ", words);
  }

  std::string shown(const std::string& text) const {
    std::string line = reports::one_line(match::without_secrets(text, parcel_.secrets));
    while (line.ends_with(' ')) line.pop_back();
    return line;
  }

  const Context& context_;
  client::Client& client_;
  Parcel parcel_;
  client::Ask ask_;
  client::Access access_;
  int attempts_ = 0;
  bool over_ = false;
};

}  // namespace

void deliver(const Context& context, std::vector<Parcel> parcels) {
  if (parcels.empty()) return;
  const auto client = client::Client::create();
  if (!client) {
    context.err << "assay: warning: metrics not sent: " << client.error().message() << '\n';
    return;
  }
  std::vector<std::unique_ptr<Delivery>> deliveries;
  for (Parcel& parcel : parcels) {
    deliveries.push_back(std::make_unique<Delivery>(context, **client, std::move(parcel)));
    deliveries.back()->begin();
  }
  const auto all_over = [&] {
    for (const auto& delivery : deliveries)
      if (!delivery->over()) return false;
    return true;
  };
  while (!all_over()) (*client)->turn(Clock::now() + std::chrono::seconds(1));
}

UrlUser user_in(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return {};
  const std::size_t begin = scheme + 3, end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string::npos || at < begin) return {};
  return {begin, std::min(text.find(':', begin), at), at};
}

std::string shown_url(const std::string& text) {
  const UrlUser user = user_in(text);
  return text.substr(0, user.colon) + text.substr(user.end);
}

}  // namespace assay::cli
