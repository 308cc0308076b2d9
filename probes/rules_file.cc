#include "probes/rules_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "config/document.h"
#include "config/parts.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using config::Node;

class RulesReader {
 public:
  RulesReader(const config::ProbeReading& reading, std::shared_ptr<const SourceFile> file)
      : reading_(reading), file_(std::move(file)) {}

  std::vector<WantedRule> read(const Node& root) {
    const Node* spec = root.is_map() ? root.find("spec") : nullptr;
    const Node* holder = spec != nullptr && spec->is_map() ? spec : &root;
    const Node* groups = holder->is_map() ? holder->find("groups") : nullptr;
    if (groups == nullptr || !groups->is_sequence()) {
      error(root, "this is no file of rules", "it has groups, or spec with groups as a PrometheusRule has");
      return {};
    }
    for (const Node* group : groups->items) read_group(*group);
    if (rules_.empty())
      error(*groups, "no alert stands in this file", "name the file with the alerting rules");
    return std::move(rules_);
  }

 private:
  void error(const Node& node, std::string title, std::string hint) {
    reading_.context.errors.add({file_, node.place_begin, node.place_end}, std::move(title), std::move(hint));
  }

  void read_group(const Node& group) {
    const Node* rules = group.is_map() ? group.find("rules") : nullptr;
    if (rules == nullptr || !rules->is_sequence())
      return error(group, "this group has no rules", "write rules: [ ... ]");
    const Node* name = group.find("name");
    for (const Node* rule : rules->items) {
      if (!rule->is_map()) {
        error(*rule, "a rule is a map", "write it with alert: and expr:");
      } else if (const Node* alert = rule->find("alert")) {
        read_rule(*rule, *alert, name == nullptr ? "" : name->text);
      }
    }
  }

  void read_rule(const Node& node, const Node& alert, const std::string& group) {
    WantedRule rule;
    rule.alert = alert.text;
    rule.group = group;
    rule.exactly = true;
    rule.location = SourceSpan{file_, alert.begin, alert.end}.location();
    const Node* expr = node.find("expr");
    if (expr == nullptr || !expr->is_scalar())
      return error(node, "an alert needs an expression", "add expr:");
    rule.expr = expr->text;
    rule.hold = duration(node, "for");
    rule.keep_firing = duration(node, "keep_firing_for");
    rule.labels = texts(node, "labels");
    rule.annotations = texts(node, "annotations");
    rules_.push_back(std::move(rule));
  }

  Nanos duration(const Node& rule, std::string_view key) {
    const Node* node = rule.find(key);
    if (node == nullptr || node->is_null()) return Nanos(0);
    const auto read = prometheus_duration(node->text);
    if (!read)
      error(*node, config::in_quotes(node->text) + " is no duration of Prometheus", "write it like 5m");
    return read.value_or(Nanos(0));
  }

  static Labels texts(const Node& rule, std::string_view key) {
    Labels labels;
    const Node* map = rule.find(key);
    if (map == nullptr || !map->is_map()) return labels;
    for (const Node::Entry& entry : map->entries) labels[entry.key->text] = entry.value->text;
    return labels;
  }

  const config::ProbeReading& reading_;
  std::shared_ptr<const SourceFile> file_;
  std::vector<WantedRule> rules_;
};

}  // namespace

std::vector<WantedRule> read_rules_file(const config::ProbeReading& reading, const config::Node& node) {
  const std::string path = config::read_file_path(reading.context, node, "rules_file");
  std::ifstream stream(path);
  if (!stream) {
    reading.error(node, config::in_quotes(path) + " cannot be read", std::generic_category().message(errno));
    return {};
  }
  const auto file =
      std::make_shared<const SourceFile>(path, std::string(std::istreambuf_iterator<char>(stream), {}));
  const auto document = config::Document::parse(file, reading.context.errors);
  return document ? RulesReader(reading, file).read(document->root()) : std::vector<WantedRule>();
}

}  // namespace assay::probes
