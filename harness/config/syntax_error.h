// Words for text that is not YAML or JSON at all: the parsers' own messages name grammar rules, these say
// what to do.
#pragma once
#include <memory>
#include <string>

#include "base/config_error.h"
#include "base/source.h"

namespace assay::config {

// Checks what no parser would say clearly: empty text, bytes that are not UTF-8, and (for *.json) strict
// JSON. Returns false when parsing makes no sense.
bool check_text(const std::shared_ptr<const SourceFile>& source, ConfigErrors& errors);

// A message of yaml-cpp at a byte of the file.
void add_yaml_error(const std::shared_ptr<const SourceFile>& source, std::size_t offset,
                    const std::string& message, ConfigErrors& errors);

}  // namespace assay::config
