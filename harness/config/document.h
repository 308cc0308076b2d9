// The tree of a gate file with the place of every node. Built from yaml-cpp's events instead of its own tree,
// because that one forgets duplicate keys' order, quotes and where things end. Owned by one reader; nodes
// live as long as it.
#pragma once
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config_error.h"
#include "base/source.h"

namespace assay::config {

struct Node {
  enum class Kind { null, scalar, sequence, map };
  struct Entry {
    const Node* key;
    const Node* value;
  };

  Kind kind = Kind::null;
  bool quoted = false;             // a scalar in quotes or a block: always text
  std::string text;                // of a scalar
  std::size_t begin = 0, end = 0;  // bytes of the file
  std::size_t place_begin = 0,
              place_end = 0;       // where an error about the whole node points: its key, where it has one
  std::size_t weight = 1;          // nodes below it and itself, aliases counted as often as they are used
  std::vector<const Node*> items;  // of a sequence
  std::vector<Entry> entries;      // of a map, in order; keys are scalars

  bool is_map() const { return kind == Kind::map; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_null() const { return kind == Kind::null; }
  const Node* find(std::string_view key) const;  // of a map; the first of that name
};

class Document {
 public:
  // Syntax errors, duplicate keys and what YAML allows but a gate file does not end up in `errors`; nothing
  // is returned when the text has no usable tree.
  static std::optional<Document> parse(const std::shared_ptr<const SourceFile>& source, ConfigErrors& errors);

  const Node& root() const { return *root_; }

 private:
  friend class TreeBuilder;
  std::deque<Node> nodes_;
  const Node* root_ = nullptr;
};

}  // namespace assay::config
