// What all parts of the gate reader share while one file is read: the source, the options, the names that
// references may use, and the list of mistakes. One thread, one file; lives as long as read_gate() runs.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/config_error.h"
#include "base/source.h"
#include "config/document.h"
#include "config/gate_reader.h"

namespace assay::config {

// The names that "${NAME}" finds before the environment is asked.
struct NameScope {
  std::map<std::string, JsonValue, std::less<>> variables;
  std::set<std::string, std::less<>> secrets;
  std::set<std::string, std::less<>> extracted;               // by earlier steps of the scenario being read
  std::map<std::string, std::string, std::less<>> elsewhere;  // extracted in another place: where

  bool is_runtime(std::string_view name) const;
  std::vector<std::string> all() const;
};

class ReadContext {
 public:
  ReadContext(std::shared_ptr<const SourceFile> source, const ReadOptions& read_options);

  const ReadOptions& options;
  NameScope names;
  ConfigErrors errors;

  const std::shared_ptr<const SourceFile>& source() const { return source_; }
  SourceSpan span(const Node& node) const { return {source_, node.begin, node.end}; }
  SourceSpan place(const Node& node) const { return {source_, node.place_begin, node.place_end}; }
  // Where `length` bytes from `offset` of the node's text stand in the file, as exactly as escapes allow.
  SourceSpan part(const Node& node, std::string_view text, std::size_t offset, std::size_t length) const;

  void error(const Node& node, std::string title, std::string hint = {});
  void error(const SourceSpan& where, std::string title, std::string hint = {});

  std::optional<std::string> environment(std::string_view name) const;
  std::size_t line_of(const Node& node) const;

 private:
  std::shared_ptr<const SourceFile> source_;
};

// Whether mistakes were added since it was made.
class ErrorMark {
 public:
  explicit ErrorMark(const ReadContext& context) : context_(context), before_(context.errors.size()) {}
  bool clean() const { return context_.errors.size() == before_; }

 private:
  const ReadContext& context_;
  std::size_t before_;
};

// For titles: long or broken text is cut.
std::string in_quotes(std::string_view text);

}  // namespace assay::config
