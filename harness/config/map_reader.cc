#include "config/map_reader.h"

#include <algorithm>

#include "base/suggest.h"

namespace assay::config {
namespace {

bool holds(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A key of another load shape is a contradiction rather than a typing error.
std::string key_hint(const KeyTable& table, std::string_view key) {
  std::string owners;
  const bool is_load = std::any_of(kLoadKeys.begin(), kLoadKeys.end(),
                                   [&](const KeyTable& t) { return t.name == table.name; });
  for (const KeyTable& other : kLoadKeys) {
    if (is_load && holds(other.keys, key))
      owners.append(owners.empty() ? "it belongs to " : " and ").append(other.name);
  }
  if (!owners.empty()) return owners;
  if (key == "<<") return "merge keys are not supported: write the values out";
  std::string meant = did_you_mean(key, table.keys);
  if (!meant.empty()) return meant;
  std::string known = "known here:";
  for (std::string_view word : table.keys) known.append(word == table.keys[0] ? " " : ", ").append(word);
  return known;
}

void check_key(ReadContext& context, const Node& key, const KeyTable& table) {
  if (holds(table.keys, key.text)) return;
  if (holds(table.later, key.text)) {
    context.error(key, in_quotes(key.text) + " is not supported by this version of assay",
                  "remove it: it would be neither done nor judged");
    return;
  }
  context.error(key, "unknown key " + in_quotes(key.text) + " in " + std::string(table.what),
                key_hint(table, key.text));
}

bool is_filled(ReadContext& context, const Node& node, std::string_view label, Node::Kind kind,
               std::string_view hint) {
  const std::string_view wanted = kind == Node::Kind::map ? "a map" : "a list";
  if (node.kind != kind) {
    context.error(node, in_quotes(label) + " must be " + std::string(wanted), std::string(hint));
    return false;
  }
  if (!node.entries.empty() || !node.items.empty()) return true;
  context.error(node, in_quotes(label) + " is empty", std::string(hint));
  return false;
}

}  // namespace

MapReader::MapReader(ReadContext& context, const Node& node, const KeyTable& table, std::string_view label)
    : context_(&context), node_(&node), table_(&table) {
  if (!node.is_map()) context.error(node, in_quotes(label) + " must be a map", key_hint(table, ""));
  for (const Node::Entry& entry : node.entries) check_key(context, *entry.key, table);
}

const Node* MapReader::require(std::string_view key, std::string_view hint) const {
  const Node* value = find(key);
  const auto meant = [&](const Node::Entry& e) {
    return !holds(table_->keys, e.key->text) && suggest(e.key->text, table_->keys) == key;
  };
  const bool misspelt = std::any_of(node_->entries.begin(), node_->entries.end(), meant);
  if (value == nullptr && is_map() && !misspelt) {
    context_->error(*node_, in_quotes(key) + " is missing in " + std::string(table_->what),
                    std::string(hint));
  }
  return value;
}

bool is_filled_map(ReadContext& context, const Node& node, std::string_view label, std::string_view hint) {
  return is_filled(context, node, label, Node::Kind::map, hint);
}
bool is_filled_list(ReadContext& context, const Node& node, std::string_view label, std::string_view hint) {
  return is_filled(context, node, label, Node::Kind::sequence, hint);
}

}  // namespace assay::config
