// Text that a user wrote, and places in it. A SourceFile outlives every SourceSpan into it (specs keep it by
// shared_ptr).
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

struct SourcePosition {
  std::size_t line = 1, column = 1;  // from 1; columns count UTF-8 code points
};

// Immutable after construction, so threads may share it.
class SourceFile {
 public:
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  SourcePosition position(std::size_t offset) const;
  std::string_view line(std::size_t number) const;  // without its line break; empty past the end
  std::size_t line_count() const { return line_starts_.size(); }

 private:
  std::string path_, text_;
  std::vector<std::size_t> line_starts_;
};

// A half-open byte range of a file; empty spans mark a point. `file` may be null: no place is known.
struct SourceSpan {
  std::shared_ptr<const SourceFile> file;
  std::size_t begin = 0, end = 0;

  std::string location() const;  // "gate.yaml:12:5"; empty without a file
};

}  // namespace assay
