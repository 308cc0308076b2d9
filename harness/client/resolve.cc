#include "client/resolve.h"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/units.h"
#include "client/ares_channel.h"

namespace assay::client {
namespace {

using Addresses = std::vector<std::string>;
using Done = std::function<void(Addresses, std::string)>;

std::string ip_text(const ares_addrinfo_node& node) {
  std::array<char, NI_MAXHOST> text{};
  const int status =
      getnameinfo(node.ai_addr, node.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return status == 0 ? text.data() : std::string();
}

class Resolution final : public Transfer {
 public:
  Resolution(const std::string& host, const AresChannel::Setup& setup, Watcher& watcher, Done done)
      : host_(host),
        timeout_(setup.timeout),
        done_(std::move(done)),
        channel_(setup, watcher, [this](bool late) { finish(late); }) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    if (channel_.handle() != nullptr)
      ares_getaddrinfo(channel_.handle(), host_.c_str(), nullptr, &hints, resolved, this);
    channel_.started();
  }

 private:
  static void resolved(void* self, int status, int, ares_addrinfo* result) {
    if (status == ARES_EDESTRUCTION) return;
    auto& resolution = *static_cast<Resolution*>(self);
    resolution.status_ = status;
    if (result != nullptr) {
      resolution.keep(*result);
      ares_freeaddrinfo(result);
    }
    resolution.channel_.settle();
  }

  void keep(const ares_addrinfo& result) {
    for (const ares_addrinfo_node* node = result.nodes; node != nullptr; node = node->ai_next) {
      std::string address = ip_text(*node);
      if (!address.empty() && std::find(found_.begin(), found_.end(), address) == found_.end())
        found_.push_back(std::move(address));
    }
  }

  std::string problem(bool late) const {
    if (!found_.empty()) return {};
    std::string why = ares_strerror(status_);
    if (!channel_.problem().empty()) why = channel_.problem();
    if (late || status_ == ARES_ETIMEOUT) why = "no reply within " + format_duration(timeout_);
    if (status_ == ARES_ENOTFOUND) why = "there is no such name";
    if (status_ == ARES_ENODATA) why = "the name has no address";
    return fmt::format("cannot resolve {}: {}", host_, why);
  }

  void finish(bool late) {
    std::string why = problem(late);
    const Done done = std::move(done_);
    done(std::move(found_), std::move(why));  // destroys this
  }

  std::string host_;
  Nanos timeout_;
  Done done_;
  Addresses found_;
  int status_ = ARES_SUCCESS;
  AresChannel channel_;  // last, because its end calls resolved()
};

}  // namespace

std::unique_ptr<Transfer> resolve(const std::string& host, Nanos timeout, Watcher& watcher, Done done,
                                  const std::string& server) {
  return std::make_unique<Resolution>(host, AresChannel::Setup{server, 0, timeout}, watcher, std::move(done));
}

}  // namespace assay::client
