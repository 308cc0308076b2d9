#include "probes/prometheus_config.h"

#include <algorithm>
#include <memory>

#include "config/document.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using config::Node;

// The document lives as long as its nodes are looked at.
struct Configuration {
  explicit Configuration(const std::string& yaml)
      : document(config::Document::parse(
            std::make_shared<const SourceFile>("the configuration of Prometheus", yaml), errors)) {
    const Node* root = document ? &document->root() : nullptr;
    if (root == nullptr || !root->is_map()) return;
    const Node* found = root->find("global");
    if (found != nullptr && found->is_map()) global = found;
    const Node* scraped = root->find("scrape_configs");
    if (scraped != nullptr && scraped->is_sequence()) jobs = scraped;
  }

  ConfigErrors errors;
  std::optional<config::Document> document;
  const Node *global = nullptr, *jobs = nullptr;
};

}  // namespace

Labels external_labels_in(const std::string& yaml) {
  const Configuration read(yaml);
  const Node* external = read.global == nullptr ? nullptr : read.global->find("external_labels");
  Labels labels;
  if (external == nullptr || !external->is_map()) return labels;
  for (const Node::Entry& entry : external->entries)
    if (entry.value->is_scalar()) labels[entry.key->text] = entry.value->text;
  return labels;
}

std::optional<Nanos> scrape_interval_in(const std::string& yaml) {
  const Configuration read(yaml);
  if (read.global == nullptr) return std::nullopt;
  const Node* interval = read.global->find("scrape_interval");
  std::optional<Nanos> longest =
      interval == nullptr ? std::chrono::minutes(1) : prometheus_duration(interval->text);
  if (!longest || read.jobs == nullptr) return longest;
  for (const Node* job : read.jobs->items) {
    const Node* own = job->is_map() ? job->find("scrape_interval") : nullptr;
    if (own != nullptr) longest = std::max(*longest, prometheus_duration(own->text).value_or(Nanos(0)));
  }
  return longest;
}

}  // namespace assay::probes
