#include "client/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::client {
namespace {

constexpr int kKilledWithinMs = 1000;

struct Pipe {
  Descriptor read_end, write_end;

  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
    return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
};

// Nothing of assay's own leaks into the child: no descriptor, no blocked or ignored signal, no terminal.
class SpawnPlan {
 public:
  SpawnPlan(const CommandAsk& ask, const Pipe& out, const Pipe& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    if (!ask.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions_, ask.folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.write_end.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.write_end.get(), STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    // A session of its own is a process group of its own, and has no terminal to ask a password on.
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int spawn(pid_t& pid, const std::vector<char*>& argv, const std::vector<char*>& environment) const {
    return posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// glibc 2.36 declares its own pidfd_open() without C linkage.
int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> environment_with(const std::vector<Field>& added) {
  const auto replaced = [&](std::string_view entry) {
    for (const Field& field : added)
      if (entry.starts_with(field.name + "=")) return true;
    return false;
  };
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!replaced(*entry)) entries.emplace_back(*entry);
  for (const Field& field : added) entries.push_back(field.name + "=" + field.value);
  return entries;
}

bool is_folder(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

std::string why_not(const CommandAsk& ask, int error) {
  if (error == ENOENT && !ask.folder.empty() && !is_folder(ask.folder))
    return fmt::format("cannot run {} in {}: there is no such folder", ask.argv[0], ask.folder);
  if (error == ENOENT) return fmt::format("cannot run {}: there is no such program", ask.argv[0]);
  return fmt::format("cannot run {}: {}", ask.argv[0], std::strerror(error));
}

ChildEnd end_of(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {info.si_status, std::nullopt};
  return {std::nullopt, info.si_status};
}

}  // namespace

Expected<ChildProcess, std::string> ChildProcess::start(const CommandAsk& ask) {
  if (ask.argv.empty()) return Unexpected(std::string("there is no program to run"));
  Pipe out, err;
  if (!out.open() || !err.open()) return Unexpected(why_not(ask, errno));
  std::vector<std::string> arguments = ask.argv, entries = environment_with(ask.environment);
  ChildProcess child;
  const int error = SpawnPlan(ask, out, err).spawn(child.pid_, pointers(arguments), pointers(entries));
  if (error != 0) {
    child.pid_ = -1;  // whatever spawn left there is not ours to kill
    return Unexpected(why_not(ask, error));
  }
  child.pidfd_ = Descriptor(open_pidfd(child.pid_));
  if (!child.pidfd_) return Unexpected(why_not(ask, errno));
  child.out_ = std::move(out.read_end);
  child.err_ = std::move(err.read_end);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) kill();
}

std::optional<ChildEnd> ChildProcess::reap() {
  siginfo_t info{};
  if (pid_ <= 0 || ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) != 0 ||
      info.si_pid == 0)
    return std::nullopt;
  pid_ = -1;
  return end_of(info);
}

// SIGKILL takes effect at once, except on a process that waits for a broken device. That one is not waited
// for: assay must not hang, and init reaps it once assay is gone.
ChildEnd ChildProcess::kill() {
  ::kill(-pid_, SIGKILL);
  pollfd ended{pidfd_.get(), POLLIN, 0};
  siginfo_t info{};
  if (pidfd_) {
    ::poll(&ended, 1, kKilledWithinMs);
  } else {
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  const std::optional<ChildEnd> end = reap();
  pid_ = -1;
  return end.value_or(ChildEnd{std::nullopt, SIGKILL});
}

}  // namespace assay::client
