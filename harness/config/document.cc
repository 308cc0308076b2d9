#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <map>
#include <sstream>
#include <utility>

#include "config/syntax_error.h"

namespace assay::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLargest = 200'000;  // nodes, aliases counted as often as they are used

std::size_t end_of_line(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  const std::size_t last = text.find_last_not_of(" \t\r", end == 0 ? 0 : end - 1);
  return last == std::string_view::npos || last < at ? end : last + 1;
}

std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t end_of_scalar(std::string_view text, std::size_t at, const Node& node) {
  if (at >= text.size()) return at;
  if (node.quoted && (text[at] == '"' || text[at] == '\'')) return end_of_quoted(text, at);
  if (text.substr(at).starts_with(node.text)) return at + node.text.size();
  return end_of_line(text, at);
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key->text == key; });
  return found == entries.end() ? nullptr : found->value;
}

// Receives yaml-cpp's events. After an error that leaves no sensible tree it ignores the rest.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, std::shared_ptr<const SourceFile> source, std::size_t offset,
              ConfigErrors& errors)
      : document_(document), source_(std::move(source)), offset_(offset), errors_(errors) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2)
      add_error(at(mark), at(mark) + 3, "a second document starts here", "one file holds one gate");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node& node = make(mark, anchor, Node::Kind::null);
    node.end = source_->text().substr(node.begin, 4) == "null" ? node.begin + 4 : node.begin;
    attach(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    const bool open =
        found != anchors_.end() && std::find(open_.begin(), open_.end(), found->second) != open_.end();
    if (found == anchors_.end() || open) {
      add_error(at(mark), at(mark) + 1, "this alias refers to a part that it is inside of",
                "write the part out");
      broken_ = true;
      return;
    }
    attach(*found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node& node = make(mark, anchor, Node::Kind::scalar);
    node.quoted = tag != "?";
    node.text = value;
    node.end = end_of_scalar(source_->text(), node.begin, node);
    if (node.end == std::string_view::npos) refuse_open_quote(node);
    node.place_end = node.end;
    refuse_tag(node, tag);
    attach(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(mark, anchor, Node::Kind::sequence), tag);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(mark, anchor, Node::Kind::map), tag);
  }
  void OnMapEnd() override { close(); }

  bool broken() const { return broken_; }
  bool more_than_one() const { return documents_ > 1; }

 private:
  std::size_t at(const YAML::Mark& mark) const {
    return std::min(offset_ + static_cast<std::size_t>(std::max(mark.pos, 0)), source_->text().size());
  }

  void add_error(std::size_t begin, std::size_t end, std::string title, std::string hint) {
    errors_.add({source_, begin, end}, std::move(title), std::move(hint));
  }

  Node& make(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind) {
    Node& node = document_.nodes_.emplace_back();
    node.kind = kind;
    node.begin = node.place_begin = at(mark);
    node.end = node.place_end = node.begin + 1;
    if (anchor != 0) anchors_[anchor] = &node;
    return node;
  }

  void refuse_tag(const Node& node, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    add_error(node.begin, node.begin + 1, "YAML tags have no meaning in a gate file",
              "quote the value to make it text");
  }

  // yaml-cpp lets such text end with the file.
  void refuse_open_quote(Node& node) {
    node.end = node.begin + 1;
    add_error(node.begin, node.end, "this quote is never closed", "the text reaches the end of the file");
    broken_ = true;
  }

  void open(Node& node, const std::string& tag) {
    refuse_tag(node, tag);
    open_.push_back(&node);
    keys_.push_back(nullptr);
  }

  void close() {
    Node* node = open_.back();
    open_.pop_back();
    keys_.pop_back();
    refuse_duplicates(*node);
    const bool block_map =
        node->is_map() && !node->entries.empty() && node->entries.front().key->begin == node->begin;
    if (block_map) node->place_end = node->entries.front().key->end;
    attach(*node);
  }

  void refuse_duplicates(const Node& node) {
    std::map<std::string_view, const Node*> seen;
    for (const Node::Entry& entry : node.entries) {
      const auto [first, fresh] = seen.emplace(entry.key->text, entry.key);
      if (fresh) continue;
      add_error(
          entry.key->begin, entry.key->end, "duplicate key \"" + entry.key->text + "\"",
          "it is already given in line " + std::to_string(source_->position(first->second->begin).line));
    }
  }

  void attach(Node& node) {
    if (open_.empty()) {
      if (document_.root_ == nullptr) document_.root_ = &node;
      return;
    }
    Node& parent = *open_.back();
    parent.weight += node.weight;
    if (parent.weight > kLargest && !broken_) {
      add_error(node.begin, node.begin + 1, "the gate file is too large",
                "at most 200,000 values, aliases counted as often as they are used");
      broken_ = true;
    }
    if (parent.is_sequence()) {
      parent.items.push_back(&node);
    } else if (keys_.back() == nullptr) {
      keys_.back() = checked_key(node);
    } else {
      attach_value(parent, *std::exchange(keys_.back(), nullptr), node);
    }
  }

  const Node* checked_key(const Node& node) {
    if (!node.is_scalar())
      add_error(node.place_begin, node.place_end, "a key must be plain text", "quote it");
    return &node;
  }

  static void attach_value(Node& parent, const Node& key, Node& value) {
    const bool first_use = value.place_begin == value.begin;
    if (!value.is_scalar() && first_use) {
      value.place_begin = key.begin;
      value.place_end = key.end;
    }
    parent.entries.push_back({&key, &value});
  }

  Document& document_;
  std::shared_ptr<const SourceFile> source_;
  std::size_t offset_;  // of the parsed text in the file: a byte order mark is skipped
  ConfigErrors& errors_;
  std::map<YAML::anchor_t, Node*> anchors_;
  std::vector<Node*> open_;
  std::vector<const Node*> keys_;  // by open node: the key that waits for its value
  int documents_ = 0;
  bool broken_ = false;
};

std::optional<Document> Document::parse(const std::shared_ptr<const SourceFile>& source,
                                        ConfigErrors& errors) {
  if (!check_text(source, errors)) return std::nullopt;
  const std::size_t offset =
      std::string_view(source->text()).starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  std::optional<Document> document(std::in_place);
  TreeBuilder builder(*document, source, offset, errors);
  std::istringstream stream(source->text().substr(offset));
  try {
    YAML::Parser parser(stream);
    while (!builder.more_than_one() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    const int position = e.mark.is_null() ? 0 : e.mark.pos;
    add_yaml_error(source, offset + static_cast<std::size_t>(std::max(position, 0)), e.msg, errors);
    return std::nullopt;
  } catch (const std::exception& e) {
    add_yaml_error(source, 0, e.what(), errors);
    return std::nullopt;
  }
  if (builder.broken() || document->root_ == nullptr) {
    if (errors.empty()) errors.add({source, 0, 1}, "the gate file is empty", "start with \"version: 1\"");
    return std::nullopt;
  }
  return document;
}

}  // namespace assay::config
