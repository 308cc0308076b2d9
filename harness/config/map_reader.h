// Opens one map of a gate file: checks its keys against their table once, then hands out the values. Refers
// to the context and the document; use it on the stack.
#pragma once
#include <string>
#include <string_view>

#include "config/document.h"
#include "config/keys.h"
#include "config/read_context.h"

namespace assay::config {

class MapReader {
 public:
  // `label`: the key that holds the map, for "must be a map". Unknown keys are reported here.
  MapReader(ReadContext& context, const Node& node, const KeyTable& table, std::string_view label);

  bool is_map() const { return node_->is_map(); }
  const Node* find(std::string_view key) const { return node_->find(key); }
  const Node* require(std::string_view key,
                      std::string_view hint = {}) const;  // null after an error: it is missing

 private:
  ReadContext* context_;
  const Node* node_;
  const KeyTable* table_;
};

// Whether the node is a map or a list with entries; reports what it is instead.
bool is_filled_map(ReadContext& context, const Node& node, std::string_view label,
                   std::string_view hint = {});
bool is_filled_list(ReadContext& context, const Node& node, std::string_view label,
                    std::string_view hint = {});

}  // namespace assay::config
