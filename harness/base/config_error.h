// What a user wrote wrongly, where, and what to do about it. Errors are collected, so that one look at a file
// names all of them; render() shows each with its line and a caret. Titles and hints are plain sentences
// without a final stop and never hold the value of a secret. Not thread-safe; one reader owns the list.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/source.h"

namespace assay {

struct ConfigError {
  SourceSpan where;
  std::string title;  // what is wrong: 'unknown key "timout" in step'
  std::string hint;   // what to do, written beside the caret; may be empty

  std::string render(bool color = false) const;
};

class ConfigErrors {
 public:
  static constexpr std::size_t kShown = 20;

  void add(SourceSpan where, std::string title, std::string hint = {});
  void sort();  // by place; errors of the same place keep their order

  bool empty() const { return errors_.empty(); }
  std::size_t size() const { return errors_.size(); }
  const std::vector<ConfigError>& all() const { return errors_; }

  // The first kShown errors, then how many more there are. Ends with a line break.
  std::string render(bool color = false) const;

 private:
  std::vector<ConfigError> errors_;
};

}  // namespace assay
