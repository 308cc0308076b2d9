// Finds secrets in text that came from outside, in whichever notation they came back. Pure.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/gate_spec.h"

namespace assay::match {

// The values that no text may show, longest first; none is empty.
std::vector<std::string> secret_values(const std::vector<config::SecretSpec>& secrets);

// How long the secret at the front of the text is; 0 when none stands there. Each of its characters counts in
// small and capital letters, and as it is written in URLs ("%2F", "%252f", "+" for a space), in JSON and in
// program text ("\/", "\n", "\u0026", "\x26"), and in HTML and XML ("&amp;", "&#38;", "&#x26;"), in any
// mixture: what is folded or escaped on the way is as readable as the secret itself.
std::size_t leading_secret(std::string_view text, std::span<const std::string> secrets);

// Every occurrence becomes "***". Stops once there are `enough` bytes, but never inside a secret.
std::string without_secrets(std::string_view text, std::span<const std::string> secrets,
                            std::size_t enough = std::string_view::npos);

}  // namespace assay::match
