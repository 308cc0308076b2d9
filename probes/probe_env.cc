#include "probes/probe_env.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/map_reader.h"
#include "config/references.h"
#include "config/values.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"required", "patterns", "forbidden"};

enum class Presence : std::uint8_t { set, missing, empty, blank };

// What is known of a variable. Its value is looked at while the gate file is read, and never kept: neither
// it nor anything made from it can get into a result.
struct Variable {
  std::string name;
  Presence presence = Presence::missing;
  bool forbidden = false;
  std::optional<bool> fits;  // its pattern; absent: it has none
  std::string pattern;
};

struct Settings final : config::ProbeSettings {
  std::vector<Variable> variables;
};

Presence presence_of(const std::optional<std::string>& value) {
  if (!value) return Presence::missing;
  if (value->empty()) return Presence::empty;
  return value->find_first_not_of(" \t\r\n") == std::string::npos ? Presence::blank : Presence::set;
}

class Reader {
 public:
  Reader(const config::ProbeReading& reading, Settings& settings) : reading_(reading), settings_(settings) {}

  void names(std::string_view key, bool forbidden) {
    const config::Node* node = reading_.find(key);
    if (node == nullptr) return;
    for (const std::string& name : read_texts(reading_, *node, key)) add(*node, name, forbidden);
  }

  void patterns() {
    const config::Node* node = reading_.find("patterns");
    if (node == nullptr || !config::is_filled_map(reading_.context, *node, "patterns",
                                                  "write it like { DATABASE_URL: \"^postgres://\" }"))
      return;
    for (const config::Node::Entry& entry : node->entries) pattern(*entry.key, *entry.value);
  }

 private:
  Variable* find(const std::string& name) {
    const auto found = std::find_if(settings_.variables.begin(), settings_.variables.end(),
                                    [&](const Variable& variable) { return variable.name == name; });
    return found == settings_.variables.end() ? nullptr : &*found;
  }

  Variable* add(const config::Node& node, const std::string& name, bool forbidden) {
    if (!config::is_name(name)) {
      reading_.error(node, config::in_quotes(name) + " cannot name a variable", "use letters, digits and _");
      return nullptr;
    }
    if (Variable* known = find(name)) {
      reading_.error(
          node, config::in_quotes(name) + " is named twice",
          known->forbidden == forbidden ? "once is enough" : "it cannot be required and forbidden");
      return nullptr;
    }
    settings_.variables.push_back({name, presence_of(reading_.context.environment(name)), forbidden, {}, {}});
    return &settings_.variables.back();
  }

  // A variable with a pattern need not be named under "required" as well.
  void pattern(const config::Node& key, const config::Node& node) {
    Variable* variable = find(key.text);
    if (variable == nullptr) variable = add(key, key.text, false);
    const std::optional<std::string> text = config::read_text(reading_.context, node, key.text);
    if (variable == nullptr || !text) return;
    if (variable->forbidden)
      reading_.error(key, "a forbidden variable needs no pattern", "it must not be set at all");
    const re2::RE2 compiled(*text, re2::RE2::Quiet);
    if (!compiled.ok()) return reading_.error(node, "this is not a regular expression", compiled.error());
    if (re2::RE2::PartialMatch("", compiled))
      reading_.error(node, "this pattern fits every text", "tie it down with ^ and $, or remove it");
    const std::optional<std::string> value = reading_.context.environment(key.text);
    variable->fits = value && re2::RE2::PartialMatch(*value, compiled);
    variable->pattern = *text;
  }

  const config::ProbeReading& reading_;
  Settings& settings_;
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  const config::ErrorMark mark(reading.context);
  Reader reader(reading, *settings);
  reader.names("required", false);
  reader.names("forbidden", true);
  reader.patterns();
  if (settings->variables.empty() && mark.clean())
    reading.error(*reading.find("kind"), "this probe looks at no variable", "add required: [DATABASE_URL]");
  return settings;
}

std::vector<client::Ask> next(const Probe&, Exchanges) { return {}; }

std::string_view name(Presence presence) {
  switch (presence) {
    case Presence::set:
      return "set";
    case Presence::missing:
      return "not set";
    case Presence::empty:
      return "set, but empty";
    case Presence::blank:
      break;
  }
  return "set, but blank";
}

void judge_one(const Variable& variable, Judgement& judgement) {
  const std::string observed(name(variable.presence));
  if (variable.forbidden)
    return judgement.require(variable.presence == Presence::missing, variable.name, "not set", observed);
  judgement.require(variable.presence == Presence::set, variable.name, "set", observed);
  if (variable.fits && variable.presence == Presence::set)
    judgement.require(*variable.fits, variable.name, "a value like " + variable.pattern,
                      *variable.fits ? "one" : "another value, which is not shown");
}

Judgement judge(const Probe& probe, Exchanges) {
  Judgement judgement;
  for (const Variable& variable : probe.settings<Settings>().variables) judge_one(variable, judgement);
  return judgement;
}

}  // namespace

const Kind kEnv{.form = {.name = "env", .keys = kKeys, .read = read, .needs_url = false, .repeats = false},
                .purpose = "environment variables are set and not empty; their values are never recorded",
                .next = next,
                .judge = judge};

}  // namespace assay::probes
