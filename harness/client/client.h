// Carries asks out, many at the same time, on the calling thread: libcurl multi for HTTP, non-blocking
// sockets with OpenSSL for dialogues, c-ares for DNS, child processes for commands, all behind one poll. Owns
// its connections and shares nothing, so it never disturbs what generates load. One thread uses a client.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/expected.h"
#include "base/system_error.h"
#include "client/ask.h"

namespace assay::client {

class Guardian;

class Client {
 public:
  using Done = std::function<void(Answer)>;

  static Expected<std::unique_ptr<Client>, SystemError> create();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Begins at once; `done` is called from turn(), once, in every case. Both references must live until then.
  // `stays`: abandon() lets it go on, as what takes a fault back must.
  void begin(const Ask& ask, const Access& access, Done done, bool stays = false);
  // Calls `due` from turn(), not before `when`.
  void at(TimePoint when, std::function<void()> due);

  // Calls `work` on a thread of its own, where it holds up nothing, and then `done` from turn(). `work`
  // touches nothing that anybody else touches meanwhile; both are called in every case, abandon() included.
  void aside(std::function<void()> work, std::function<void()> done);

  // Waits for something to happen, at most until `until`, and does what is due. `wake_fd`: returns early when
  // it becomes readable; -1: none.
  void turn(TimePoint until, int wake_fd = -1);

  // Told what takes back whatever its asks do, where there is one; it outlives the client.
  void guard_by(Guardian* guardian);
  Guardian* guardian() const;

  std::size_t under_way() const;  // asks whose `done` has not been called
  // Ends them, but for those that stay: each `done` gets Trouble::local "stopped"; commands are killed. Waits
  // for work that was put aside.
  void abandon();

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay::client
