#include "reports/gitlab_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "reports/check_list.h"
#include "reports/check_words.h"
#include "reports/plain_text.h"
#include "reports/summary.h"
#include "reports/url_text.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// 128 bits of everything that names a check: what it is, not what it measured nor on which line it stands.
std::string fingerprint_of(const RunRecord& record, const Check& check) {
  const std::string named = fmt::format("{}\n{}\n{}", record.result.name, class_of(check), check.name);
  std::uint64_t first = 1, second = 2;
  for (const char c : named) {
    first = mix64(first ^ static_cast<unsigned char>(c));
    second = mix64(second + static_cast<unsigned char>(c));
  }
  return fmt::format("{:016x}{:016x}", first, second);
}

Json issue_of(const RunRecord& record, const Check& check, const ReportOptions& options) {
  const GatePlace place = check.place.known() ? check.place : GatePlace{record.result.gate_path, 1, 1};
  return {{"description", check.sentence},
          {"check_name", fmt::format("assay.{}", class_of(check))},
          {"fingerprint", fingerprint_of(record, check)},
          {"severity", check.blocks ? "blocker" : "minor"},
          {"location",
           {{"path", one_line(shown_path(place.file, options))}, {"lines", {{"begin", place.line}}}}}};
}

std::string page_url(const ReportOptions& options) {
  if (options.artifacts_url.empty() || options.page.empty()) return {};
  const std::string inside = shown_path(options.page, options);
  // Outside of the project there are no artifacts.
  if (std::filesystem::path(inside).is_absolute() || inside.starts_with("..")) return {};
  return one_line(options.artifacts_url) + "/" + url_path(inside);
}

}  // namespace

std::string write_code_quality(const RunRecord& record, const ReportOptions& options) {
  Json issues = Json::array();
  for (const Check& check : check_list(record).checks)
    if (check.colour() == CheckColour::red || check.colour() == CheckColour::yellow)
      issues.push_back(issue_of(record, check, options));
  return text_of(issues);
}

std::string write_gitlab_annotations(const RunRecord& record, const ReportOptions& options) {
  const std::string url = page_url(options);
  Json json = Json::object();
  if (!url.empty()) {
    constexpr std::size_t kLongestLabel = 120;
    const std::string label =
        fmt::format("assay {}: {}", one_line(record.result.name), headline_word(record));
    json["assay"] = {{{"external_link", {{"label", clipped(label, kLongestLabel)}, {"url", url}}}}};
  }
  return text_of(json);
}

std::string write_dotenv(const RunRecord& record, const ReportOptions& options) {
  const CheckList list = check_list(record);
  std::string text = fmt::format("ASSAY_VERDICT={}\n", verdict_word(record));
  if (options.exit_code) text += fmt::format("ASSAY_EXIT_CODE={}\n", *options.exit_code);
  text += fmt::format("ASSAY_FAILED_CHECKS={}\nASSAY_WARNINGS={}\n", list.count(CheckColour::red),
                      list.count(CheckColour::yellow));
  const std::string url = page_url(options);
  if (!url.empty()) text += fmt::format("ASSAY_REPORT_URL={}\n", url);
  return text;
}

}  // namespace assay::reports
