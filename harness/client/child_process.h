// One child process with its output on pipes: started, watched through a pidfd, killed with its group,
// reaped. Knows nothing of loops.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

#include "base/expected.h"
#include "client/ask.h"
#include "client/descriptor.h"

namespace assay::client {

struct ChildEnd {
  std::optional<int> exit_code, signal;  // one of them
};

class ChildProcess {
 public:
  // The error is a sentence for people.
  static Expected<ChildProcess, std::string> start(const CommandAsk& ask);
  ~ChildProcess();  // kills what still runs
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int end_fd() const { return pidfd_.get(); }  // readable once it has ended
  int out_fd() const { return out_.get(); }    // non-blocking
  int err_fd() const { return err_.get(); }

  // Takes the status of a process that has ended, once; nothing while it runs.
  std::optional<ChildEnd> reap();
  // The whole group, at once, and waits for the process itself to be gone.
  ChildEnd kill();

 private:
  ChildProcess() = default;

  pid_t pid_ = -1;  // -1: reaped
  Descriptor pidfd_, out_, err_;
};

}  // namespace assay::client
