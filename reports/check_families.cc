#include "reports/check_families.h"

#include <algorithm>
#include <array>
#include <map>

#include "reports/bar_row.h"

namespace assay::reports {
namespace {

constexpr std::array kGrades{Grade::pass, Grade::fail, Grade::inconclusive, Grade::invalid};
constexpr std::array kFindingStates{FindingState::pass,         FindingState::fail,
                                    FindingState::inconclusive, FindingState::insufficient,
                                    FindingState::invalid,      FindingState::info};

MetricFamily gauge(std::string name, std::string unit, std::string help) {
  return {std::move(name), MetricType::gauge, std::move(unit), std::move(help), {}};
}

MetricFamily verdict_family(const Verdict& verdict, const MetricLabels& gate) {
  MetricFamily family = gauge("assay_run_verdict", "", "1 for the verdict that was returned, else 0.");
  for (const Grade grade : kGrades) {
    MetricLabels labels = gate;
    labels.push_back({"verdict", std::string(name(grade))});
    family.add(std::move(labels), grade == verdict.grade ? 1 : 0);
  }
  return family;
}

MetricFamily finding_counts(const Verdict& verdict, const MetricLabels& gate) {
  MetricFamily family = gauge("assay_run_findings", "", "What was found, counted by state.");
  for (const FindingState state : kFindingStates) {
    MetricLabels labels = gate;
    labels.push_back({"state", std::string(name(state))});
    const auto count =
        std::count_if(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& finding) {
          return finding.kind != FindingKind::breakdown && finding.state == state;
        });
    family.add(std::move(labels), static_cast<double>(count));
  }
  return family;
}

// The most urgent first, so that the first of those that are folded says how the rest stands.
std::vector<const Finding*> checks_of(const Verdict& verdict) {
  std::vector<const Finding*> checks;
  for (const Finding& finding : verdict.findings)
    if (finding.kind != FindingKind::breakdown && finding.state != FindingState::info)
      checks.push_back(&finding);
  std::stable_sort(checks.begin(), checks.end(),
                   [](const Finding* a, const Finding* b) { return urgency(a->state) < urgency(b->state); });
  return checks;
}

// The change of a comparison with its interval, and what was allowed.
void add_change(MetricFamily& family, const MetricLabels& labels, const Finding& finding) {
  const auto bound = [&](const char* which, const std::optional<double>& value) {
    if (!value) return;
    MetricLabels all = labels;
    all.push_back({"bound", which});
    family.add(std::move(all), rounded(*value));
  };
  bound("estimate", finding.change);
  bound("low", finding.low);
  bound("high", finding.high);
  bound("margin", finding.margin);
}

}  // namespace

std::vector<MetricFamily> check_families(const Verdict& verdict, const MetricLabels& gate) {
  MetricFamily passed = gauge("assay_run_check_passed", "", "1 where the check passed, else 0.");
  MetricFamily used = gauge("assay_run_check_used_ratio", "ratio",
                            "How much of the limit or margin is used: 0 nothing, 1 all of it.");
  MetricFamily change =
      gauge("assay_run_change_ratio", "ratio",
            "How the candidate differs from the baseline: relative, of error rates the difference.");
  std::map<const Finding*, double> shares;
  for (const BarRow& row : bar_rows(verdict))
    if (row.value) shares[row.finding] = *row.value;
  const std::vector<const Finding*> checks = checks_of(verdict);
  std::vector<std::string> subjects;
  for (const Finding* check : checks) subjects.push_back(check->subject);
  const std::vector<std::string> values = distinct_values(subjects);
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const bool is_rest = i == kMostLabelValues;
    MetricLabels labels = gate;
    labels.push_back({"check", is_rest ? std::string(kOthers) : values[i]});
    labels.push_back({"kind", is_rest ? std::string(kOthers) : std::string(name(checks[i]->kind))});
    passed.add(labels, checks[i]->state == FindingState::pass ? 1 : 0);
    if (is_rest) break;
    if (const auto share = shares.find(checks[i]); share != shares.end())
      used.add(labels, rounded(share->second));
    if (checks[i]->kind == FindingKind::comparison) add_change(change, labels, *checks[i]);
  }
  return {verdict_family(verdict, gate), finding_counts(verdict, gate), std::move(passed), std::move(used),
          std::move(change)};
}

}  // namespace assay::reports
