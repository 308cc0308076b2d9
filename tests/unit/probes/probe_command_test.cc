#include <csignal>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

client::Answer ended(int code, std::string out = {}, std::string err = {}) {
  client::Answer answer;
  answer.what = client::CommandAnswer{code, std::nullopt, std::move(out), std::move(err)};
  return answer;
}

std::string judged_as(std::string_view probe, client::Answer answer) {
  return summary(judged(made(probe), [&](const client::Ask&) { return answer; }));
}

client::CommandAsk asked(std::string_view text) {
  const Probe probe = made(text);
  return std::get<client::CommandAsk>(probe.kind->next(probe, {}).at(0).what);
}

bool refused(std::string_view probe, std::string_view sentence) {
  const std::string errors = staged(probe).errors;
  INFO(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("command: the exit code decides") {
  const std::string_view probe = "kind: command\nargv: [migrate, status]";
  CHECK(judged_as(probe, ended(0)) == "pass: exit code: 0");
  CHECK(judged_as(probe, ended(1, "3 pending\n", "error: not migrated\n\n")) ==
        "fail: exit code: expected 0, got 1: error: not migrated");
  CHECK(judged_as(probe, ended(1, "first\n3 pending\n")) == "fail: exit code: expected 0, got 1: 3 pending");
  client::Answer crashed;
  crashed.what = client::CommandAnswer{std::nullopt, SIGSEGV, "", ""};
  CHECK(judged_as(probe, crashed) == "fail: exit code: expected 0, got signal 11 (Segmentation fault)");
}

TEST_CASE("command: some codes only warn, and another than 0 may be the expected one") {
  const std::string_view probe =
      "kind: command\nargv: [grep, -q, DEBUG, app.env]\nexit: [1, 2]\nwarn_exit: 3";
  CHECK(judged_as(probe, ended(2)) == "pass: exit code: 2");
  CHECK(judged_as(probe, ended(3)) == "warn: exit code: expected 1 or 2, got 3");
  CHECK(judged_as(probe, ended(0)) == "fail: exit code: expected 1 or 2, got 0");
}

TEST_CASE("command: one that hangs fails, one that cannot be run is an error") {
  const std::string_view probe = "kind: command\nargv: [migrate]";
  CHECK(judged_as(probe, trouble(client::Trouble::timeout, "still running after 5s, and was killed")) ==
        "fail: migrate: expected an end, got timeout: still running after 5s, and was killed");
  CHECK(judged_as(probe, trouble(client::Trouble::local, "cannot run migrate: there is no such program")) ==
        "error: migrate: local: cannot run migrate: there is no such program");
}

TEST_CASE("command: a shell that does not find its program has measured nothing") {
  const std::string_view probe = "kind: command\nshell: true\nrun: \"migrat | wc -l\"";
  CHECK(judged_as(probe, ended(127, "", "sh: 1: migrat: not found")) ==
        "error: exit code: the shell could not run it: 127: sh: 1: migrat: not found");
  CHECK(judged_as("kind: command\nargv: [x]", ended(127)) == "fail: exit code: expected 0, got 127");
  CHECK(judged_as("kind: command\nshell: true\nrun: x\nexit: 127", ended(127)) == "pass: exit code: 127");
}

TEST_CASE("command: outputs are judged by the matchers of bodies, without their final line breaks") {
  const std::string_view probe = "kind: command\nargv: [x]\nstdout: ready\nstderr: { matches: \"^$\" }";
  CHECK(judged_as(probe, ended(0, "ready\n")) == "pass: all 3 facts hold");
  CHECK(judged_as(probe, ended(0, "not ready\n")) == R"(fail: stdout: expected "ready", got "not ready")");
  CHECK(judged_as(probe, ended(0, "ready\n", "warning: x\n")).starts_with("fail: stderr: "));
  client::Answer cut = ended(0, "xxx");
  std::get<client::CommandAnswer>(cut.what).out_is_cut = true;
  CHECK(judged_as(probe, cut).ends_with("(only the last 64KiB were kept)"));
}

TEST_CASE("command: what is asked is what was written") {
  const client::CommandAsk plain =
      asked("kind: command\nargv: [pg_isready, \"-h db\"]\nfolder: /srv\nenvironment: { PGPORT: 5433 }");
  CHECK(plain.argv == std::vector<std::string>{"pg_isready", "-h db"});
  CHECK(plain.folder == "/srv");
  REQUIRE(plain.environment.size() == 1);
  CHECK(plain.environment[0].name + "=" + plain.environment[0].value == "PGPORT=5433");
  CHECK(asked("kind: command\nshell: true\nrun: \"a | b\"").argv ==
        std::vector<std::string>{"sh", "-c", "a | b"});
}

TEST_CASE("command: mistakes are refused") {
  CHECK(refused("kind: command", "\"argv\" is missing"));
  CHECK(refused("kind: command\nargv: ls -l", "\"argv\" must be a list"));
  CHECK(refused("kind: command\nargv: []", "\"argv\""));
  CHECK(refused("kind: command\nargv: [\"\"]", "the program has no name"));
  CHECK(refused("kind: command\nrun: ls", "\"run\" needs a shell, and none is used unasked"));
  CHECK(refused("kind: command\nshell: false\nrun: ls", "\"run\" needs a shell"));
  CHECK(refused("kind: command\nshell: true", "the shell has nothing to run"));
  CHECK(refused("kind: command\nshell: true\nrun: ls\nargv: [ls]", "are two commands"));
  CHECK(refused("kind: command\nargv: [ls]\nexit: 256", "\"exit\" is out of range"));
  CHECK(refused("kind: command\nargv: [ls]\nexit: []", "\"exit\""));
  CHECK(refused("kind: command\nargv: [ls]\nwarn_exit: [0]", "exit code 0 can only pass or warn"));
  CHECK(refused("kind: command\nargv: [ls]\nenvironment: { \"A-B\": x }", "cannot name a variable"));
  CHECK(refused("kind: command\nargv: [ls]\nstdout: { matches: \"(\" }", "not a regular expression"));
  CHECK(refused("kind: command\nargv: [ls]\nstdout: {}", "stdout"));
}
