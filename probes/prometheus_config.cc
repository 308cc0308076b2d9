#include "probes/prometheus_config.h"

#include <memory>

#include "config/document.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using config::Node;

// The document lives as long as its nodes are looked at.
struct Global {
  explicit Global(const std::string& yaml)
      : document(config::Document::parse(
            std::make_shared<const SourceFile>("the configuration of Prometheus", yaml), errors)) {
    const Node* root = document ? &document->root() : nullptr;
    const Node* found = root != nullptr && root->is_map() ? root->find("global") : nullptr;
    if (found != nullptr && found->is_map()) global = found;
  }

  ConfigErrors errors;
  std::optional<config::Document> document;
  const Node* global = nullptr;
};

}  // namespace

Labels external_labels_in(const std::string& yaml) {
  const Global read(yaml);
  const Node* external = read.global == nullptr ? nullptr : read.global->find("external_labels");
  Labels labels;
  if (external == nullptr || !external->is_map()) return labels;
  for (const Node::Entry& entry : external->entries)
    if (entry.value->is_scalar()) labels[entry.key->text] = entry.value->text;
  return labels;
}

std::optional<Nanos> scrape_interval_in(const std::string& yaml) {
  const Global read(yaml);
  if (read.global == nullptr) return std::nullopt;
  const Node* interval = read.global->find("scrape_interval");
  if (interval == nullptr) return std::chrono::minutes(1);
  return prometheus_duration(interval->text);
}

}  // namespace assay::probes
