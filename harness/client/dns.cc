#include "client/dns.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/units.h"
#include "client/ares_channel.h"
#include "client/dns_message.h"
#include "client/socket_trouble.h"

namespace assay::client {
namespace {

// The answer is judged by what the server said, so c-ares hands over every reply as it is.
AresChannel::Setup setup_of(const DnsAsk& ask, Nanos timeout) {
  const int recursion = ask.recursion ? 0 : ARES_FLAG_NORECURSE;
  return {ask.server, ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | recursion, timeout};
}

class Query final : public Transfer {
 public:
  Query(const DnsAsk& ask, Nanos timeout, Watcher& watcher, std::function<void(Answer)> done)
      : timeout_(timeout),
        done_(std::move(done)),
        channel_(setup_of(ask, timeout), watcher, [this](bool late) { finish(late); }) {
    answer_.started = Clock::now();
    answer_.started_wall = std::chrono::system_clock::now();
    if (channel_.handle() != nullptr)
      ares_query(channel_.handle(), ask.name.c_str(), 1, wire_type(ask.type), replied, this);
    channel_.started();
  }

 private:
  static void replied(void* self, int status, int, unsigned char* bytes, int size) {
    if (status == ARES_EDESTRUCTION) return;
    auto& query = *static_cast<Query*>(self);
    query.status_ = status;
    query.answer_.phases.first_byte = bytes == nullptr ? Nanos(0) : query.since_start();
    if (bytes != nullptr) query.reply_.emplace(bytes, bytes + size);
    query.channel_.settle();
  }

  Nanos since_start() const { return Clock::now() - answer_.started; }

  void finish(bool late) {
    answer_.address = channel_.peer();
    answer_.local = channel_.local();
    if (reply_) {
      read_reply();
    } else {
      explain(late);
    }
    answer_.phases.done = since_start();
    const std::function<void(Answer)> done = std::move(done_);
    done(std::move(answer_));  // destroys this
  }

  void read_reply() {
    Expected<DnsAnswer, std::string> parsed = parse_dns_reply(*reply_);
    if (parsed) {
      answer_.what = *std::move(parsed);
    } else {
      trouble(Trouble::protocol, std::move(parsed).error());
    }
  }

  void explain(bool late) {
    const std::string server = channel_.peer().empty() ? "the server" : channel_.peer();
    if (!channel_.problem().empty()) return trouble(Trouble::local, channel_.problem());
    if (status_ == ARES_EBADNAME) return trouble(Trouble::local, "this is not a name that DNS can hold");
    if (late || status_ == ARES_ETIMEOUT)
      return trouble(Trouble::timeout,
                     fmt::format("no reply from {} within {}", server, format_duration(timeout_)));
    if (channel_.socket_error() != 0) {
      return trouble(trouble_of(channel_.socket_error()),
                     fmt::format("{}: {}", server, std::strerror(channel_.socket_error())));
    }
    trouble(Trouble::protocol, fmt::format("{}: {}", server, ares_strerror(status_)));
  }

  void trouble(Trouble what, std::string problem) {
    answer_.trouble = what;
    answer_.problem = std::move(problem);
  }

  Nanos timeout_;
  std::function<void(Answer)> done_;
  Answer answer_;
  int status_ = ARES_SUCCESS;
  std::optional<std::vector<unsigned char>> reply_;
  AresChannel channel_;  // last, because its end calls replied()
};

}  // namespace

std::unique_ptr<Transfer> query(const DnsAsk& ask, Nanos timeout, Watcher& watcher,
                                std::function<void(Answer)> done) {
  return std::make_unique<Query>(ask, timeout, watcher, std::move(done));
}

}  // namespace assay::client
