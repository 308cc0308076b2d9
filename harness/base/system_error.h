// The machine could not do something: what was tried, on what, and why not. "cannot write runs/x: Permission
// denied".
#pragma once
#include <string>

namespace assay {

struct SystemError {
  std::string operation;  // a verb: "write", "bind", "resolve"
  std::string subject;    // a file, an address, a name
  std::string reason;     // the system's own words
  std::string hint;       // what to do about it; may be empty

  std::string message() const;
};

// From an errno value.
SystemError system_error(std::string operation, std::string subject, int error_number, std::string hint = {});

}  // namespace assay
