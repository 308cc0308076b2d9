#include "reports/junit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "reports/check_list.h"
#include "reports/check_words.h"
#include "reports/plain_text.h"
#include "reports/xml_text.h"

namespace assay::reports {
namespace {

// Plugins of Jenkins and GitLab fetch the file that such a mark names, and a server may have written it.
std::string without_attachments(std::string text) {
  constexpr std::string_view kMark = "[[";
  for (std::size_t at = 0; (at = text.find(kMark, at)) != std::string::npos; ++at) text.insert(at + 1, " ");
  return text;
}

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, xml_text(without_attachments(one_line(value))));
}

// What a case says in words; viewers show it when the case is opened.
std::string body_of(const Check& check) {
  std::string text = check.sentence;
  if (check.place.known()) text += fmt::format("\n{}:{}", check.place.file, check.place.line);
  for (const std::string& line : check.evidence) text += "\n" + line;
  return xml_text(without_attachments(std::move(text))) + "\n";
}

std::string system_out(const Check& check) {
  return fmt::format("      <system-out>{}</system-out>\n", body_of(check));
}

// Some readers drop the message of a skip, so what is skipped says it once more.
std::string outcome_of(const Check& check) {
  const std::string message = message_of(check);
  switch (check.colour()) {
    case CheckColour::red: {
      const std::string_view element = check.state == CheckState::error ? "error" : "failure";
      return fmt::format("      <{}{}{}>{}</{}>\n", element, attribute("message", message),
                         attribute("type", name(check.state)), body_of(check), element);
    }
    case CheckColour::yellow:
    case CheckColour::grey:
      return fmt::format("      <skipped{}/>\n", attribute("message", message)) + system_out(check);
    case CheckColour::green:
      break;
  }
  return system_out(check);
}

std::string test_case(std::string_view gate, const Check& check, const ReportOptions& options) {
  std::string head = "    <testcase" + attribute("name", check.name) +
                     attribute("classname", fmt::format("{}.{}", gate, class_of(check)));
  if (check.place.known())
    head += attribute("file", shown_path(check.place.file, options)) +
            attribute("line", fmt::to_string(check.place.line));
  return head + " time=\"0\">\n" + outcome_of(check) + "    </testcase>\n";
}

std::string target_of(const RunResult& result, Arm arm) {
  const auto found = std::ranges::find(result.targets, arm, &TargetFacts::arm);
  return found == result.targets.end() ? "" : found->url;
}

std::string properties(const RunRecord& record, const CheckList& list) {
  const RunResult& result = record.result;
  const std::vector<std::pair<std::string_view, std::string>> all = {
      {"assay.verdict", verdict_word(record)},
      {"assay.reason", record.verdict ? record.verdict->reason : ""},
      {"assay.run", result.id},
      {"assay.candidate", target_of(result, Arm::candidate)},
      {"assay.baseline", target_of(result, Arm::baseline)},
      {"assay.seed", result.seed == 0 ? "" : fmt::to_string(result.seed)},
      {"assay.version", result.environment.assay_version},
      {"assay.checks_left_out", list.left_out == 0 ? "" : fmt::to_string(list.left_out)}};
  std::string text = "    <properties>\n";
  for (const auto& [name, value] : all) {
    if (value.empty()) continue;
    text += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }
  return text + "    </properties>\n";
}

double seconds_of(const RunResult& result) {
  Nanos length = result.duration;
  for (const ProbeResult& probe : result.probes) length = std::max(length, probe.at + probe.duration);
  return seconds(length);
}

std::string counts(const CheckList& list, double seconds) {
  const auto errors = static_cast<std::size_t>(std::ranges::count_if(
      list.checks, [](const Check& check) { return check.blocks && check.state == CheckState::error; }));
  return fmt::format(R"( tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3f}")",
                     list.checks.size(), list.count(CheckColour::red) - errors, errors,
                     list.count(CheckColour::yellow) + list.count(CheckColour::grey), seconds);
}

}  // namespace

std::string write_junit_report(const RunRecord& record, const ReportOptions& options) {
  const RunResult& result = record.result;
  const CheckList list = check_list(record);
  const std::string all = counts(list, seconds_of(result));
  // Readers expect no zone, and take the time for UTC.
  const std::string started = result.started_utc.substr(0, result.started_utc.find_first_of(".Z"));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assay\"" + all + ">\n";
  text += "  <testsuite" + attribute("name", result.name) + all;
  if (!started.empty()) text += attribute("timestamp", started);
  text += ">\n" + properties(record, list);
  for (const Check& check : list.checks) text += test_case(result.name, check, options);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace assay::reports
