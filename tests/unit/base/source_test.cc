#include "base/source.h"

#include <doctest/doctest.h>

#include <memory>

using namespace assay;

TEST_CASE("positions count lines and columns from one") {
  const SourceFile file("gate.yaml", "one\ntwo\n");
  CHECK(file.position(0).line == 1);
  CHECK(file.position(0).column == 1);
  CHECK(file.position(5).line == 2);
  CHECK(file.position(5).column == 2);
}

TEST_CASE("columns count code points, not bytes") {
  const SourceFile file("gate.yaml", "grün: x");
  CHECK(file.position(file.text().find('x')).column == 7);
}

TEST_CASE("a position past the end is the end") {
  const SourceFile file("gate.yaml", "one\ntwo");
  CHECK(file.position(100).line == 2);
  CHECK(file.position(100).column == 4);
}

TEST_CASE("lines come without their line break, whatever its kind") {
  const SourceFile file("gate.yaml", "one\r\ntwo\n\nfour");
  CHECK(file.line_count() == 4);
  CHECK(file.line(1) == "one");
  CHECK(file.line(2) == "two");
  CHECK(file.line(3).empty());
  CHECK(file.line(4) == "four");
  CHECK(file.line(5).empty());
  CHECK(file.line(0).empty());
}

TEST_CASE("a span names its place, or nothing without a file") {
  const auto file = std::make_shared<const SourceFile>("gate.yaml", "one\ntwo");
  CHECK(SourceSpan{file, 4, 7}.location() == "gate.yaml:2:1");
  CHECK(SourceSpan{}.location().empty());
}
