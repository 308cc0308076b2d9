#include "probes/route_tree.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "config/document.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using config::Node;

constexpr int kDeepest = 100;

// These tell only of what begins, unless they are told otherwise.
constexpr std::string_view kSilentAtTheEnd[] = {"slack", "email", "wechat"};
constexpr std::string_view kConfigs = "_configs";

std::string text_of(const Node* node) {
  return node != nullptr && node->is_scalar() ? node->text : std::string();
}

void take_duration(const Node& route, std::string_view key, Nanos& into) {
  if (const auto read = prometheus_duration(text_of(route.find(key)))) into = *read;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

// `severity =~ "critical|page"`
std::optional<RouteMatcher> matcher_of(std::string_view text) {
  const std::size_t at = text.find_first_of("=!");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  constexpr std::array<std::string_view, 4> kOperators{"=~", "!~", "!=", "="};
  for (const std::string_view op : kOperators) {
    if (!text.substr(at).starts_with(op)) continue;
    return RouteMatcher{std::string(trimmed(text.substr(0, at))), op.front() == '=', op.back() == '~',
                        unquoted(trimmed(text.substr(at + op.size())))};
  }
  return std::nullopt;
}

class ConfigReader {
 public:
  Expected<AlertmanagerConfig, std::string> read(const Node& root) {
    AlertmanagerConfig config;
    const Node* route = root.is_map() ? root.find("route") : nullptr;
    if (route == nullptr || !route->is_map()) return Unexpected(std::string("it has no route"));
    Route usual;
    usual.group_wait = std::chrono::seconds(30);
    usual.group_interval = std::chrono::minutes(5);
    usual.repeat_interval = std::chrono::hours(4);
    config.route = route_of(*route, usual, 0);
    const Node* receivers = root.find("receivers");
    if (receivers != nullptr && receivers->is_sequence())
      for (const Node* one : receivers->items) config.receivers.push_back(receiver_of(*one));
    if (!problem_.empty()) return Unexpected(problem_);
    return config;
  }

 private:
  Route route_of(const Node& node, const Route& parent, int depth) {
    Route route;
    route.receiver = parent.receiver;
    route.group_wait = parent.group_wait;
    route.group_interval = parent.group_interval;
    route.repeat_interval = parent.repeat_interval;
    route.group_by = parent.group_by;
    if (!node.is_map() || depth > kDeepest) {
      problem_ = "a route is no map, or too deep";
      return route;
    }
    if (const std::string receiver = text_of(node.find("receiver")); !receiver.empty())
      route.receiver = receiver;
    take_duration(node, "group_wait", route.group_wait);
    take_duration(node, "group_interval", route.group_interval);
    take_duration(node, "repeat_interval", route.repeat_interval);
    if (const Node* by = node.find("group_by"); by != nullptr && by->is_sequence()) {
      route.group_by.clear();
      for (const Node* label : by->items) route.group_by.push_back(text_of(label));
    }
    route.goes_on = text_of(node.find("continue")) == "true";
    read_matchers(node, route);
    if (const Node* routes = node.find("routes"); routes != nullptr && routes->is_sequence())
      for (const Node* child : routes->items) route.routes.push_back(route_of(*child, route, depth + 1));
    return route;
  }

  void read_matchers(const Node& node, Route& route) {
    for (const auto& [key, regex] : {std::pair("match", false), std::pair("match_re", true)}) {
      const Node* map = node.find(key);
      if (map == nullptr || !map->is_map()) continue;
      for (const Node::Entry& entry : map->entries)
        route.matchers.push_back({entry.key->text, true, regex, text_of(entry.value)});
    }
    const Node* list = node.find("matchers");
    if (list == nullptr || !list->is_sequence()) return;
    for (const Node* one : list->items) {
      const auto matcher = matcher_of(text_of(one));
      if (matcher) {
        route.matchers.push_back(*matcher);
      } else {
        problem_ = fmt::format("the matcher \"{}\" of a route cannot be read", text_of(one));
      }
    }
  }

  static Receiver receiver_of(const Node& node) {
    Receiver receiver;
    if (!node.is_map()) return receiver;
    receiver.name = text_of(node.find("name"));
    for (const Node::Entry& entry : node.entries) {
      const std::string& key = entry.key->text;
      if (!key.ends_with(kConfigs) || !entry.value->is_sequence()) continue;
      const std::string kind = key.substr(0, key.size() - kConfigs.size());
      const bool usual = std::find(std::begin(kSilentAtTheEnd), std::end(kSilentAtTheEnd), kind) ==
                         std::end(kSilentAtTheEnd);
      for (const Node* one : entry.value->items) {
        const std::string said = one->is_map() ? text_of(one->find("send_resolved")) : std::string();
        receiver.notifiers.push_back({kind, said.empty() ? usual : said == "true"});
      }
    }
    return receiver;
  }

  std::string problem_;
};

void walk(const Route& route, const Labels& labels, std::vector<const Route*>& found) {
  const std::size_t before = found.size();
  for (const Route& child : route.routes) {
    const bool matches = std::all_of(child.matchers.begin(), child.matchers.end(),
                                     [&](const RouteMatcher& matcher) { return matcher.holds(labels); });
    if (!matches) continue;
    walk(child, labels, found);
    if (!child.goes_on) break;
  }
  if (found.size() == before) found.push_back(&route);
}

}  // namespace

bool RouteMatcher::holds(const Labels& labels) const {
  const auto found = labels.find(label);
  const std::string text = found == labels.end() ? std::string() : found->second;
  const bool matches = regex ? re2::RE2::FullMatch(text, re2::RE2(value, re2::RE2::Quiet)) : text == value;
  return matches == equal;
}

const Receiver* AlertmanagerConfig::receiver(std::string_view name) const {
  const auto found =
      std::find_if(receivers.begin(), receivers.end(), [&](const Receiver& one) { return one.name == name; });
  return found == receivers.end() ? nullptr : &*found;
}

Expected<AlertmanagerConfig, std::string> parse_alertmanager_config(const std::string& text) {
  ConfigErrors errors;
  const auto document = config::Document::parse(
      std::make_shared<const SourceFile>("the configuration of Alertmanager", text), errors);
  if (document && errors.empty()) return ConfigReader().read(document->root());
  return Unexpected(errors.empty()
                        ? std::string("it is no YAML")
                        : errors.all().front().where.location() + ": " + errors.all().front().title);
}

std::vector<const Route*> routes_for(const AlertmanagerConfig& config, const Labels& labels) {
  std::vector<const Route*> found;
  walk(config.route, labels, found);
  return found;
}

}  // namespace assay::probes
