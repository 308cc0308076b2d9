#include "probes/grafana_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "probes/json_value.h"

namespace assay::probes {
namespace {

using nlohmann::json;

constexpr int kDeepest = 10;
constexpr std::size_t kMostPanels = 500;
// Grafana replaces these itself, by the time and the interval that are asked for.
constexpr std::string_view kBuiltIn = "__";

Read<json> body_of(const client::HttpAnswer& answer) {
  if (answer.status == 401 || answer.status == 403)
    return Unexpected(
        fmt::format("status {}: the token is not accepted, or may not read this", answer.status));
  if (answer.status != 200) {
    const auto body = json_of(answer);
    return Unexpected(
        fmt::format("status {}{}", answer.status, body ? ": " + text_in(*body, "message") : ""));
  }
  return json_of(answer);
}

using Variables = std::map<std::string, std::string>;

// The current value; several as a pattern, which is what a matcher takes.
std::string value_of(const json& variable) {
  const json& value = member(member(variable, "current"), "value");
  if (value.is_array()) {
    std::string text;
    for (const json& one : value)
      text += (text.empty() ? "" : "|") + (one.is_string() ? one.get<std::string>() : one.dump());
    return text == "$__all" ? ".*" : value.size() > 1 ? "(" + text + ")" : text;
  }
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  return text == "$__all" ? ".*" : text;
}

Variables variables_of(const json& dashboard) {
  Variables variables;
  const json& list = member(member(dashboard, "templating"), "list");
  if (list.is_array())
    for (const json& one : list) variables[text_in(one, "name")] = value_of(one);
  return variables;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// "$name", "${name}", "${name:regex}" and "[[name]]".
class Replacement {
 public:
  Replacement(const Variables& variables, std::string& unknown) : variables_(variables), unknown_(unknown) {}

  void apply(json& value, int depth = 0) const {
    if (value.is_string()) value = replaced(value.get<std::string>());
    if (depth > kDeepest || !value.is_structured()) return;
    for (auto& one : value) apply(one, depth + 1);
  }

 private:
  std::string replaced(const std::string& text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const auto [name, end] = reference_at(text, i);
      if (name.empty() || name.starts_with(kBuiltIn)) {
        out += text[i++];
        continue;
      }
      const auto found = variables_.find(name);
      if (found == variables_.end() || found->second.empty()) unknown_ = name;
      out += found == variables_.end() ? text.substr(i, end - i) : found->second;
      i = end;
    }
    return out;
  }

  static std::pair<std::string, std::size_t> reference_at(const std::string& text, std::size_t at) {
    const auto until = [&](std::size_t begin, std::string_view close) -> std::pair<std::string, std::size_t> {
      const std::size_t end = text.find(close, begin);
      if (end == std::string::npos) return {"", 0};
      const std::string name = text.substr(begin, end - begin);
      return {name.substr(0, name.find(':')), end + close.size()};
    };
    if (text.compare(at, 2, "${") == 0) return until(at + 2, "}");
    if (text.compare(at, 2, "[[") == 0) return until(at + 2, "]]");
    if (text[at] != '$') return {"", 0};
    std::size_t end = at + 1;
    while (end < text.size() && is_word(text[end])) ++end;
    return {text.substr(at + 1, end - at - 1), end};
  }

  const Variables& variables_;
  std::string& unknown_;
};

// A data source is named by each query, by its panel, or not at all.
json source_of(const json& target, const json& panel) {
  const json& own = member(target, "datasource");
  return own.is_null() ? member(panel, "datasource") : own;
}

Panel panel_of(const json& one, const Variables& variables) {
  Panel panel;
  panel.title = text_in(one, "title");
  panel.type = text_in(one, "type");
  const json& targets = member(one, "targets");
  if (!targets.is_array()) return panel;
  for (json target : targets) {
    if (!target.is_object() || member(target, "hide") == true) continue;
    target["datasource"] = source_of(target, one);
    target["intervalMs"] = 15'000;
    target["maxDataPoints"] = 200;
    Replacement(variables, panel.unknown).apply(target);
    panel.targets.push_back(std::move(target));
  }
  return panel;
}

void take_panels(const json& holder, const Variables& variables, Dashboard& into, int depth = 0) {
  const json& panels = member(holder, "panels");
  if (!panels.is_array() || depth > kDeepest) return;
  for (const json& one : panels) {
    const std::string type = text_in(one, "type");
    if (type == "row") take_panels(one, variables, into, depth + 1);
    if (type == "row" || type == "text" || into.panels.size() >= kMostPanels) continue;
    into.panels.push_back(panel_of(one, variables));
  }
}

// The first column is the time, where there is more than one.
std::size_t values_in(const json& columns) {
  std::size_t values = 0;
  if (!columns.is_array()) return values;
  for (std::size_t i = columns.size() > 1 ? 1 : 0; i < columns.size(); ++i) {
    if (!columns[i].is_array()) continue;
    values += static_cast<std::size_t>(
        std::count_if(columns[i].begin(), columns[i].end(), [](const json& one) { return !one.is_null(); }));
  }
  return values;
}

}  // namespace

Read<std::vector<FoundDashboard>> read_search(const client::HttpAnswer& answer) {
  const Read<json> body = body_of(answer);
  if (!body) return Unexpected(std::string(body.error()));
  if (!body->is_array()) return Unexpected(std::string("this is no answer of Grafana"));
  std::vector<FoundDashboard> found;
  for (const json& one : *body) found.push_back({text_in(one, "uid"), text_in(one, "title")});
  return found;
}

Read<Dashboard> read_dashboard(const client::HttpAnswer& answer) {
  const Read<json> body = body_of(answer);
  if (!body) return Unexpected(std::string(body.error()));
  const json& model = member(*body, "dashboard");
  if (!model.is_object()) return Unexpected(std::string("this is no dashboard"));
  Dashboard dashboard;
  dashboard.title = text_in(model, "title");
  const Variables variables = variables_of(model);
  take_panels(model, variables, dashboard);
  // Dashboards of old hold their panels in rows.
  const json& rows = member(model, "rows");
  if (rows.is_array())
    for (const json& row : rows) take_panels(row, variables, dashboard);
  return dashboard;
}

Read<std::size_t> count_values(const client::HttpAnswer& answer) {
  const Expected<json, std::string> body = json_of(answer);
  if (!body) return Unexpected(std::string(body.error()));
  const json& results = member(*body, "results");
  if (!results.is_object())
    return Unexpected(fmt::format("status {}: {}", answer.status, text_in(*body, "message")));
  std::size_t values = 0;
  for (const auto& [ref, result] : results.items()) {
    const std::string error = text_in(result, "error");
    if (!error.empty()) return Unexpected(fmt::format("query {}: {}", ref, error));
    const json& frames = member(result, "frames");
    if (!frames.is_array()) continue;
    for (const json& frame : frames) values += values_in(member(member(frame, "data"), "values"));
  }
  return values;
}

}  // namespace assay::probes
