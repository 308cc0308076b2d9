// A secret that only those know who were told it. Safe on any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace assay::ui {

// 128 bits of the system's randomness in hexadecimal digits. Nothing: the system has none.
std::optional<std::string> make_token();

// Takes the same time wherever the first difference is. An empty secret equals nothing.
bool same_secret(std::string_view secret, std::string_view given);

}  // namespace assay::ui
