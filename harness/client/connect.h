// Connecting: from a host, a port and an Access to a connected socket, without blocking the loop.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/address.h"
#include "client/ask.h"
#include "client/descriptor.h"
#include "client/watcher.h"

namespace assay::client {

std::string error_text(int error);  // of an errno value

struct Connected {
  Descriptor socket;  // non-blocking; none: trouble and problem say why
  Trouble trouble = Trouble::none;
  std::string problem;
  std::string address, local;
};

// Tries the addresses of a host one after the other. While others are left, one gets no more than its share
// of the time until the deadline, so that a first address which swallows packets does not hide a second that
// works.
class Connecting final : public Transfer {
 public:
  using Done = std::function<void(Connected)>;

  // `done` may be called from within start(), and must not destroy this.
  Connecting(Watcher& watcher, TimePoint deadline, Done done);
  ~Connecting() override;
  void start(const std::string& host, std::uint16_t port, const Access& access);

  TimePoint resolved() const { return resolved_; }         // when the addresses were known; epoch: not yet
  const std::string& address() const { return address_; }  // tried last; empty: none so far
  const std::string& looked_up() const { return host_; }   // the name that is or was asked for; or empty

 private:
  void look_up(const std::string& host, std::uint16_t port, const Access& access);
  void use(std::vector<Address> addresses);
  void try_next();
  void on_ready();
  void on_failure(int error);
  void stand();
  void fail(Trouble trouble, std::string problem);

  Watcher& watcher_;
  TimePoint deadline_;
  Done done_;
  Alarm share_;
  std::unique_ptr<Transfer> lookup_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  Descriptor socket_;
  TimePoint resolved_{};
  std::string address_, host_;
};

}  // namespace assay::client
