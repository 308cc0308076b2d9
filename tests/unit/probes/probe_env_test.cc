#include <map>
#include <memory>

#include "base/source.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

// Read in this environment, which is then gone.
StagedGate read_in(const Variables& environment, const std::string& keys) {
  config::ReadOptions options;
  options.probe_forms = forms();
  options.environment = [&](std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  };
  const std::string text =
      "version: 1\ntargets: { candidate: http://127.0.0.1:8080 }\nprobes: [ { kind: env, " + keys + " } ]\n";
  auto gate = config::read_gate(std::make_shared<const SourceFile>("gate.yaml", text), options);
  StagedGate staged;
  if (!gate) {
    staged.errors = gate.error().render(false);
  } else {
    staged.probes = make_probes(*gate);
  }
  return staged;
}

Judgement judged_in(const Variables& environment, const std::string& keys) {
  const StagedGate gate = read_in(environment, keys);
  INFO(gate.errors);
  REQUIRE(gate.probes.size() == 1);
  return judged(gate.probes[0], [](const client::Ask&) { return client::Answer{}; });
}

bool refused(const std::string& keys, std::string_view sentence) {
  const std::string errors = read_in({{"A", "value"}}, keys).errors;
  INFO(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("env: every variable must be set, and to something") {
  const Variables environment{{"A", "1"}, {"EMPTY", ""}, {"BLANK", " \t"}};
  CHECK(summary(judged_in(environment, "required: [A]")) == "pass: A: set");
  CHECK(summary(judged_in(environment, "required: A")) == "pass: A: set");
  CHECK(summary(judged_in(environment, "required: [A, B]")) == "fail: B: expected set, got not set");
  CHECK(summary(judged_in(environment, "required: [EMPTY]")) ==
        "fail: EMPTY: expected set, got set, but empty");
  CHECK(summary(judged_in(environment, "required: [BLANK]")) ==
        "fail: BLANK: expected set, got set, but blank");
}

TEST_CASE("env: a value can be held to a pattern") {
  const Variables environment{{"URL", "mysql://u:hunter2@db"}, {"EMPTY", ""}};
  CHECK(summary(judged_in(environment, "patterns: { URL: \"^mysql://\" }")) == "pass: all 2 facts hold");
  CHECK(summary(judged_in(environment, "required: [URL], patterns: { URL: \"^postgres://\" }")) ==
        "fail: URL: expected a value like ^postgres://, got another value, which is not shown");
  CHECK(summary(judged_in(environment, "patterns: { EMPTY: x }")) ==
        "fail: EMPTY: expected set, got set, but empty");
  CHECK(summary(judged_in(environment, "patterns: { GONE: x }")) == "fail: GONE: expected set, got not set");
}

TEST_CASE("env: what must not be set") {
  CHECK(summary(judged_in({}, "forbidden: [DEBUG]")) == "pass: DEBUG: not set");
  CHECK(summary(judged_in({{"DEBUG", "1"}}, "forbidden: [DEBUG]")) ==
        "fail: DEBUG: expected not set, got set");
}

TEST_CASE("env: no value is ever part of a result") {
  const Variables environment{{"SECRET", "hunter2"}, {"OTHER", "hunter2"}};
  const Judgement judgement =
      judged_in(environment, "required: [SECRET], forbidden: [OTHER], patterns: { SECRET: \"^x\" }");
  for (const ProbeFact& fact : judgement.facts())
    CHECK((fact.what + fact.expected + fact.observed).find("hunter2") == std::string::npos);
}

TEST_CASE("env: mistakes are refused") {
  CHECK(refused("severity: warn", "this probe looks at no variable"));
  CHECK(refused("required: []", "required"));
  CHECK(refused("required: [A-B]", "\"A-B\" cannot name a variable"));
  CHECK(refused("required: [A, A]", "\"A\" is named twice"));
  CHECK(refused("required: [A], forbidden: [A]", "it cannot be required and forbidden"));
  CHECK(refused("patterns: { A: \"(\" }", "this is not a regular expression"));
  CHECK(refused("patterns: { A: \".*\" }", "this pattern fits every text"));
  CHECK(refused("forbidden: [A], patterns: { A: x }", "a forbidden variable needs no pattern"));
  CHECK(refused("required: [A], every: 1s", "cannot be repeated"));
}
