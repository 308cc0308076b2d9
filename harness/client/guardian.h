// A process that takes back what assay did when assay itself no longer can: because it was killed, or
// crashed. It sleeps on a pipe; when the other end is gone while it is armed, it asks what it was armed with.
#pragma once
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "client/ask.h"
#include "client/descriptor.h"

namespace assay::client {

struct Undo {
  Ask ask;  // HTTP, a dialogue or a command
  Access access;
};

class Guardian {
 public:
  // Forks, so it comes before any thread of this process.
  static Expected<std::unique_ptr<Guardian>, SystemError> start();
  ~Guardian();  // sends it away, and waits for it
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  // What is to be done should this process end; replaces what was. Empty: nothing.
  void arm(const std::vector<Undo>& undo);

 private:
  Guardian(Descriptor pipe, pid_t child) : pipe_(std::move(pipe)), child_(child) {}
  void send(const std::string& message);

  Descriptor pipe_;
  pid_t child_;
};

// As they go through the pipe. What ends with this process anyway, such as connections that are held, is left
// out. A dialogue keeps its functions by their addresses, which a process that was forked shares.
std::string packed(const std::vector<Undo>& undo);
std::vector<Undo> unpacked(std::string_view bytes);

}  // namespace assay::client
