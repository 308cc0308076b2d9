#include "base/system_error.h"

#include <system_error>
#include <utility>

namespace assay {

std::string SystemError::message() const {
  std::string text = "cannot " + operation + " " + subject + ": " + reason;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

SystemError system_error(std::string operation, std::string subject, int error_number, std::string hint) {
  return {std::move(operation), std::move(subject), std::generic_category().message(error_number),
          std::move(hint)};
}

}  // namespace assay
