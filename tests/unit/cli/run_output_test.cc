#include "cli/run_output.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/github_files.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

// A folder of its own, and a context that knows nothing but what the test says.
struct Stage {
  fs::path folder = fs::temp_directory_path() / ("assay-run-output-" + std::to_string(::getpid()));
  std::map<std::string, std::string, std::less<>> variables;
  std::ostringstream out, err;
  Context context{.arguments = {}, .environment = {}, .out = out, .err = err};

  Stage() {
    fs::create_directories(folder / "run");
    context.environment = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  ~Stage() { fs::remove_all(folder); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  std::string directory() const { return (folder / "run").string(); }

  std::string text_of(const std::string& file) const {
    std::ifstream in(folder / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void be_github() {
    variables = {{"GITHUB_ACTIONS", "true"},
                 {"GITHUB_STEP_SUMMARY", (folder / "summary").string()},
                 {"GITHUB_OUTPUT", (folder / "output").string()}};
  }
};

RunRecord failed_run() {
  RunRecord record;
  record.result.name = "shop";
  record.result.load_withheld = "of the test";
  Verdict& verdict = record.verdict.emplace();
  verdict.grade = Grade::fail;
  verdict.reason = "too slow";
  Finding& finding = verdict.findings.emplace_back();
  finding.state = FindingState::fail;
  finding.subject = "p99 < 1s";
  finding.sentence = "p99 < 1s: measured 2s\n::error::of a server";
  finding.location = "gate.yaml:7:3";
  return record;
}

TEST_CASE("in a workflow of GitHub, commands follow the report, and none in the report is obeyed") {
  Stage stage;
  stage.be_github();
  RunOutput{}.write(stage.context, failed_run(), stage.directory());
  const std::string out = stage.out.str();
  REQUIRE(out.starts_with("::stop-commands::"));
  const std::string word = out.substr(17, out.find('\n') - 17);
  CHECK(word.size() > 32);
  const std::size_t resumed = out.find("\n::" + word + "::\n");
  REQUIRE(resumed != std::string::npos);
  CHECK(out.find("FAIL") < resumed);
  CHECK(out.find("::error file=gate.yaml,line=7,col=3,") > resumed);
  CHECK(stage.err.str().empty());
}

TEST_CASE("the word that ends the silence is another in every run") {
  Stage stage;
  stage.be_github();
  const auto first_line = [&] {
    stage.out.str("");
    RunOutput{}.write(stage.context, failed_run(), stage.directory());
    return stage.out.str().substr(0, stage.out.str().find('\n'));
  };
  CHECK(first_line() != first_line());
}

TEST_CASE("what programs read stays clean: then commands go to standard error") {
  Stage stage;
  stage.be_github();
  RunOutput output;
  output.report.format = "json";
  output.write(stage.context, failed_run(), stage.directory());
  CHECK(nlohmann::json::accept(stage.out.str()));
  CHECK(stage.err.str().starts_with("::error file=gate.yaml,"));
}

TEST_CASE("a step of GitHub gets its summary and its outputs after those of others") {
  Stage stage;
  stage.be_github();
  std::ofstream(stage.folder / "summary") << "# of another command";
  std::ofstream(stage.folder / "output") << "mine=1\n";
  RunOutput{}.write(stage.context, failed_run(), stage.directory());
  CHECK(
      stage.text_of("summary").starts_with("# of another command\n<!-- assay:gate=shop -->\n### FAIL: shop"));
  const std::string outputs = stage.text_of("output");
  CHECK(outputs.starts_with("mine=1\nverdict<<ASSAY_END\nfail\nASSAY_END\n"));
  CHECK(outputs.find("exit_code<<ASSAY_END\n1\n") != std::string::npos);
  CHECK(outputs.find("report_path<<ASSAY_END\n" + stage.directory() + "/report.html\n") != std::string::npos);
  CHECK(outputs.find("failed_checks<<ASSAY_END\n[\"p99 < 1s\"]\n") != std::string::npos);
  CHECK(nlohmann::json::accept(stage.text_of("run/report.json")));
}

TEST_CASE("an output cannot end itself") {
  CHECK(github_output("a", "x\nASSAY_END\nevil=1") == "a<<ASSAY_END_\nx\nASSAY_END\nevil=1\nASSAY_END_\n");
}

TEST_CASE("a summary that would not be shown is not written, and that is said") {
  Stage stage;
  stage.be_github();
  std::ofstream(stage.folder / "summary") << std::string(1024 * 1024 - 10, 'x');
  RunOutput{}.write(stage.context, failed_run(), stage.directory());
  CHECK(stage.text_of("summary").size() == 1024 * 1024 - 10);
  CHECK(stage.err.str().find("the summary of this step is full") != std::string::npos);
}

TEST_CASE("files that cannot be written are said, and nothing else happens") {
  Stage stage;
  stage.be_github();
  stage.variables["GITHUB_STEP_SUMMARY"] = (stage.folder / "nowhere" / "summary").string();
  stage.variables["GITHUB_OUTPUT"] = stage.folder.string();
  RunOutput output;
  output.further.wanted = {"junit=" + (stage.folder / "nowhere" / "junit.xml").string(), "tap"};
  output.write(stage.context, failed_run(), stage.directory());
  const std::string err = stage.err.str();
  CHECK(err.find("nowhere/summary") != std::string::npos);
  CHECK(err.find("cannot write " + stage.folder.string() + ":") != std::string::npos);
  CHECK(err.find("nowhere/junit.xml") != std::string::npos);
  CHECK(stage.text_of("run/checks.tap").starts_with("TAP version 13\n"));
}

TEST_CASE("in GitLab the run directory holds the files that reports of a job are made of") {
  Stage stage;
  stage.variables = {{"GITLAB_CI", "true"},
                     {"CI_PROJECT_DIR", fs::canonical(stage.folder).string()},
                     {"CI_JOB_URL", "https://gitlab.example/shop/-/jobs/7"}};
  std::ofstream(stage.folder / "run/report.html") << "the page";
  RunOutput{}.write(stage.context, failed_run(), fs::canonical(stage.directory()).string());
  CHECK_FALSE(stage.out.str().starts_with("::"));
  CHECK(stage.text_of("run/junit.xml").starts_with("<?xml"));
  CHECK(nlohmann::json::parse(stage.text_of("run/gitlab-codequality.json")).size() == 1);
  CHECK(stage.text_of("run/gitlab-annotations.json")
            .find("https://gitlab.example/shop/-/jobs/7/artifacts/file/run/report.html") !=
        std::string::npos);
  CHECK(stage.text_of("run/assay.env").starts_with("ASSAY_VERDICT=fail\nASSAY_EXIT_CODE=1\n"));
}

TEST_CASE("which pipeline it is, the environment says where nobody else does") {
  Stage stage;
  const auto pipeline = [&](const char* given) { return PipelineChoice{given}.pipeline(stage.context); };
  CHECK(pipeline("auto") == Pipeline::none);
  CHECK(pipeline("gitlab") == Pipeline::gitlab);
  stage.variables["GITLAB_CI"] = "true";
  CHECK(pipeline("auto") == Pipeline::gitlab);
  stage.variables = {{"GITHUB_ACTIONS", "true"}};
  CHECK(pipeline("auto") == Pipeline::github);
  CHECK(pipeline("none") == Pipeline::none);
  stage.variables = {{"GITHUB_ACTIONS", "false"}};
  CHECK(pipeline("auto") == Pipeline::none);
}

}  // namespace
}  // namespace assay::cli
