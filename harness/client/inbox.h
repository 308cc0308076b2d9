// A place where messages arrive: a listening socket that answers every notification with success, at once,
// and keeps it. Bounded in connections, messages and bytes. Runs on its loop.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/expected.h"
#include "client/descriptor.h"
#include "client/message.h"
#include "client/watcher.h"

namespace assay::client {

// One conversation with a sender: bytes in, bytes out. No socket, no loop.
class InboxTalk {
 public:
  InboxTalk() = default;
  InboxTalk(const InboxTalk&) = delete;
  InboxTalk& operator=(const InboxTalk&) = delete;
  virtual ~InboxTalk() = default;

  virtual std::string greeting() const { return {}; }
  // What to answer. Messages that are whole by now are added, without their times and peer.
  virtual std::string hear(std::string_view bytes, std::vector<Message>& messages) = 0;
  virtual bool over() const = 0;  // nothing more is wanted of the peer
};
std::unique_ptr<InboxTalk> http_talk();
std::unique_ptr<InboxTalk> smtp_talk();
inline constexpr std::size_t kMostMessageBytes = 1 << 20;

class Inbox {
 public:
  // Or why it cannot listen, as a sentence without a final stop.
  static Expected<std::unique_ptr<Inbox>, std::string> open(const ListenAsk& ask, Watcher& watcher);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  const std::vector<Message>& messages() const { return messages_; }
  std::uint64_t refused() const { return refused_; }
  TimePoint opened() const { return opened_; }

 private:
  struct Visitor;
  Inbox(Descriptor socket, Speech speech, Watcher& watcher);
  void welcome();
  void on_ready(int fd, short events);
  bool talk(Visitor& visitor, short events);  // whether it goes on
  void take(std::vector<Message> messages, const Visitor& visitor);
  void part(int fd);

  Descriptor socket_;
  Speech speech_;
  Watcher& watcher_;
  std::map<int, std::unique_ptr<Visitor>> visitors_;
  std::vector<Message> messages_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t refused_ = 0;
  TimePoint opened_ = Clock::now();
};

}  // namespace assay::client
