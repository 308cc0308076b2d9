#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/suggest.h"
#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

void check_name(ReadContext& context, const Node& node, std::string_view what) {
  if (is_name(node.text)) return;
  context.error(node, in_quotes(node.text) + " is not a name for a " + std::string(what),
                "use letters, digits and _, and do not start with a digit");
}

Expected<std::string, std::string> secret_from_file(const ReadContext& context, const std::string& path) {
  const bool relative = !path.starts_with('/') && !context.options.folder.empty();
  errno = 0;
  std::ifstream file(relative ? context.options.folder + "/" + path : path, std::ios::binary);
  std::ostringstream content;
  const bool complete = file.good() && (file.peek() == EOF ? file.eof() : !(content << file.rdbuf()).fail());
  if (!complete) return Unexpected(std::generic_category().message(errno == 0 ? EIO : errno));
  std::string text = content.str();
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

void read_secret_file(ReadContext& context, const Node& file, SecretSpec& secret) {
  const std::optional<std::string> path = read_text(context, file, "file");
  if (!path) return;
  Expected<std::string, std::string> text = secret_from_file(context, *path);
  if (!text) {
    context.error(file, "the file of secret " + in_quotes(secret.name) + " cannot be read",
                  std::move(text).error());
    return;
  }
  secret.value = *std::move(text);
  if (secret.value.empty()) context.error(file, "the file of secret " + in_quotes(secret.name) + " is empty");
}

// A default is a placeholder for demonstrations; it stands in the gate file, so it is no secret itself.
void read_secret_from_environment(ReadContext& context, const Node& name, const Node* fallback,
                                  SecretSpec& secret) {
  secret.value = context.environment(secret.name).value_or("");
  if (!secret.value.empty()) return;
  if (fallback != nullptr) {
    assign(secret.value, read_text(context, *fallback, "default"));
    return;
  }
  context.error(name, "secret " + in_quotes(secret.name) + " is not set",
                "set the environment variable, or name a file: { name: " + secret.name + ", file: path }");
}

// The scalar that names the secret; null after an error.
const Node* secret_name(ReadContext& context, const Node& node) {
  if (node.is_scalar()) return &node;
  const MapReader map(context, node, kSecretKeys, "secrets");
  const Node* name = map.require("name");
  if (name == nullptr || name->is_scalar()) return name;
  context.error(*name, "\"name\" must be text");
  return nullptr;
}

void read_secret(ReadContext& context, const Node& node, GateSpec& spec) {
  const Node* name = secret_name(context, node);
  if (name == nullptr) return;
  check_name(context, *name, "secret");
  SecretSpec secret{name->text, {}, context.span(*name)};
  if (!context.names.secrets.insert(secret.name).second) {
    context.error(*name, "duplicate secret " + in_quotes(secret.name), "name each secret once");
    return;
  }
  const Node* file = node.find("file");
  if (file != nullptr && node.find("default") != nullptr) {
    context.error(*node.find("default"), "a secret from a file takes no default", "remove one of them");
  } else if (file != nullptr) {
    read_secret_file(context, *file, secret);
  } else {
    read_secret_from_environment(context, *name, node.find("default"), secret);
  }
  spec.secrets.push_back(std::move(secret));
}

// Names that were meant to be secret stay secret even when the list is malformed: their values must not enter
// an error.
void note_misplaced_secrets(ReadContext& context, const Node& secrets) {
  if (secrets.is_scalar()) context.names.secrets.insert(secrets.text);
  for (const Node::Entry& entry : secrets.entries) {
    context.names.secrets.insert(entry.key->text);
    if (entry.value->is_scalar()) context.names.secrets.insert(entry.value->text);
  }
}

void declare_variables(ReadContext& context, const Node& variables) {
  for (const Node::Entry& entry : variables.entries) {
    check_name(context, *entry.key, "variable");
    if (context.names.secrets.contains(entry.key->text)) {
      context.error(*entry.key, in_quotes(entry.key->text) + " is a secret already",
                    "give the variable another name");
    }
    context.names.variables.emplace(entry.key->text, JsonValue());
  }
}

// A variable that is text stays text; otherwise the override is read like unquoted YAML.
JsonValue overridden(const JsonValue& declared, const std::string& text) {
  return declared.get().is_string() ? JsonValue(nlohmann::ordered_json(text)) : typed_scalar(text);
}

void read_variables(ReadContext& context, const Node& variables, GateSpec& spec) {
  declare_variables(context, variables);
  for (const Node::Entry& entry : variables.entries) {
    const std::optional<JsonValue> value = read_json(context, *entry.value, "variables", JsonUse::constant);
    if (!value) continue;
    VariableSpec variable{entry.key->text, *value, context.span(*entry.key)};
    const auto replacement = context.options.variables.find(variable.name);
    if (replacement != context.options.variables.end()) {
      variable.value = overridden(variable.value, replacement->second);
    }
    spec.variables.push_back(std::move(variable));
  }
  for (const VariableSpec& variable : spec.variables) context.names.variables[variable.name] = variable.value;
}

void check_overrides(ReadContext& context) {
  for (const auto& [name, value] : context.options.variables) {
    if (context.names.variables.contains(name)) continue;
    std::vector<std::string> known;
    for (const auto& [variable, unused] : context.names.variables) known.push_back(variable);
    std::string hint = did_you_mean(name, std::span<const std::string>(known));
    if (hint.empty()) hint = "only names under \"variables\" can be set";
    context.error(option_span("--var", name, value), "there is no variable " + in_quotes(name),
                  std::move(hint));
  }
}

}  // namespace

SourceSpan option_span(std::string_view option, std::string_view name, std::string_view value) {
  std::string text = std::string(option) + " " + std::string(name) + "=" + std::string(value);
  auto source = std::make_shared<const SourceFile>("command line", std::move(text));
  return {std::move(source), option.size() + 1, option.size() + 1 + name.size()};
}

void read_names(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* secrets = gate.find("secrets");
  if (secrets != nullptr && is_filled_list(context, *secrets, "secrets", "write it like [API_TOKEN]")) {
    for (const Node* item : secrets->items) read_secret(context, *item, spec);
  }
  if (secrets != nullptr) note_misplaced_secrets(context, *secrets);
  const Node* variables = gate.find("variables");
  if (variables != nullptr &&
      is_filled_map(context, *variables, "variables", "write it like { page_size: 20 }")) {
    read_variables(context, *variables, spec);
  }
  check_overrides(context);
}

}  // namespace assay::config
