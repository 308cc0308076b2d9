#include "client/command.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "tests/unit/client/poll_loop.h"

using namespace assay;
using namespace assay::client;
using std::chrono::milliseconds;

namespace {

Answer ran(const CommandAsk& ask, Nanos timeout = std::chrono::seconds(5)) {
  PollLoop loop;
  std::optional<Answer> answer;
  std::unique_ptr<Transfer> transfer = run_command(ask, timeout, loop, [&](Answer got) {
    transfer.reset();
    answer = std::move(got);
  });
  CHECK_FALSE(answer);
  loop.run_until([&] { return answer.has_value(); });
  CHECK(loop.idle());
  return *answer;
}

Answer shell(std::string script, Nanos timeout = std::chrono::seconds(5)) {
  return ran({{"sh", "-c", std::move(script)}, {}, {}}, timeout);
}

bool has_children() { return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

// Also a zombie that nobody has taken yet is gone for good.
bool gone(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return !(status >> number >> name >> state) || state == "Z";
}

}  // namespace

TEST_CASE("command: the exit code and both outputs come back") {
  const Answer answer = shell("echo out; echo err >&2; exit 3");
  REQUIRE(answer.ok());
  CHECK(answer.command()->exit_code == 3);
  CHECK_FALSE(answer.command()->signal);
  CHECK(answer.command()->out == "out\n");
  CHECK(answer.command()->err == "err\n");
  CHECK(answer.phases.done > Nanos(0));
  CHECK_FALSE(has_children());
}

TEST_CASE("command: a signal that ended it is told apart from an exit code") {
  const Answer answer = shell("kill -TERM $$");
  CHECK_FALSE(answer.command()->exit_code);
  CHECK(answer.command()->signal == SIGTERM);
}

TEST_CASE("command: arguments reach the program as they are, without a shell") {
  CHECK(ran({{"printf", "%s|", "a b", "$HOME", "*", ""}, {}, {}}).command()->out == "a b|$HOME|*||");
}

TEST_CASE("command: folder, environment and an empty standard input") {
  const CommandAsk ask{{"sh", "-c", "pwd; echo $ASSAY_A $ASSAY_B; wc -c"}, "/usr", {{"ASSAY_A", "new"}}};
  setenv("ASSAY_A", "old", 1);
  setenv("ASSAY_B", "kept", 1);
  CHECK(ran(ask).command()->out == "/usr\nnew kept\n0\n");
}

TEST_CASE("command: no descriptor of this process reaches it") {
  const int open_here = dup(STDOUT_FILENO);                          // without close-on-exec
  CHECK(shell("ls /proc/self/fd | wc -l").command()->out == "4\n");  // 0, 1, 2 and that of ls
  close(open_here);
}

TEST_CASE("command: an ignored signal here is not ignored there") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  CHECK(shell("kill -PIPE $$; echo survived").command()->signal == SIGPIPE);
  std::signal(SIGPIPE, before);
}

TEST_CASE("command: what cannot be run is this machine's trouble") {
  const Answer program = ran({{"assay-no-such-program"}, {}, {}});
  CHECK(program.trouble == Trouble::local);
  CHECK(program.problem == "cannot run assay-no-such-program: there is no such program");
  const Answer folder = ran({{"true"}, "/no/such/folder", {}});
  CHECK(folder.trouble == Trouble::local);
  CHECK(folder.problem == "cannot run true in /no/such/folder: there is no such folder");
  CHECK(ran({{"/etc"}, {}, {}}).trouble == Trouble::local);
  CHECK(ran({}).trouble == Trouble::local);
  CHECK_FALSE(has_children());
}

TEST_CASE("command: the whole group is killed at the time limit") {
  const Answer answer = shell("sleep 60 & echo $!; echo begun >&2; wait", milliseconds(300));
  CHECK(answer.trouble == Trouble::timeout);
  CHECK(answer.problem == "still running after 300ms, and was killed");
  REQUIRE(answer.command() != nullptr);
  CHECK(answer.command()->signal == SIGKILL);
  CHECK(answer.command()->err == "begun\n");
  CHECK(answer.phases.done < std::chrono::seconds(3));
  CHECK_FALSE(has_children());
  const pid_t grandchild = std::atoi(answer.command()->out.c_str());
  REQUIRE(grandchild > 0);
  PollLoop loop;
  loop.run_until([&] { return gone(grandchild); });
}

TEST_CASE("command: a grandchild that holds the output is not waited for") {
  const Answer answer = shell("sleep 8 & echo $!");
  CHECK(answer.ok());
  CHECK(answer.command()->exit_code == 0);
  CHECK(answer.phases.done < std::chrono::seconds(5));
  const pid_t grandchild = std::atoi(answer.command()->out.c_str());
  REQUIRE(grandchild > 0);
  CHECK_FALSE(gone(grandchild));  // it may be a service that was meant to stay
  kill(grandchild, SIGKILL);
}

TEST_CASE("command: the end of a long output is kept, and none of it blocks the program") {
  const Answer answer = shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last");
  CHECK(answer.command()->exit_code == 0);
  CHECK(answer.command()->out.size() ==
        60 << 10);  // the last 64 KiB without the 4 that may begin in a secret
  CHECK(answer.command()->out.ends_with("x\nlast\n"));
  CHECK(answer.command()->out_is_cut);
  CHECK_FALSE(answer.command()->err_is_cut);
}

TEST_CASE("command: one that writes without end is stopped at the time limit") {
  const Answer answer = shell("yes", milliseconds(200));
  CHECK(answer.trouble == Trouble::timeout);
  CHECK(answer.command()->out.size() <= 64 << 10);
}

TEST_CASE("command: one that is over does nothing more, even if it is kept") {
  PollLoop loop;
  int answers = 0;
  const auto kept =
      run_command({{"true"}, {}, {}}, std::chrono::seconds(5), loop, [&](Answer) { ++answers; });
  loop.run_until([&] { return answers > 0; });
  CHECK(loop.idle());
}

TEST_CASE("command: an abandoned one is killed and reaped") {
  PollLoop loop;
  const std::string file = std::filesystem::temp_directory_path() / "assay_command_test.pid";
  std::filesystem::remove(file);
  bool called = false;
  std::unique_ptr<Transfer> transfer =
      run_command({{"sh", "-c", "echo $$ > " + file + "; exec sleep 60"}, {}, {}}, std::chrono::seconds(60),
                  loop, [&](Answer) { called = true; });
  loop.run_until([&] { return std::filesystem::exists(file) && std::filesystem::file_size(file) > 1; });
  transfer.reset();
  CHECK(loop.idle());
  CHECK_FALSE(called);
  CHECK_FALSE(has_children());
  std::filesystem::remove(file);
}
