#include "reports/command_text.h"

#include <algorithm>
#include <cctype>

namespace assay::reports {
namespace {

bool is_plain(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x80 || std::isalnum(byte) != 0 ||
         std::string_view("-_./:=,@%+").find(letter) != std::string_view::npos;
}

bool has_seed(const std::string& word) { return word == "--seed" || word.starts_with("--seed="); }

}  // namespace

std::string shell_word(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  std::string quoted = "'";
  for (const char letter : word) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

std::string command_text(const RunResult& result) {
  std::string words;
  for (const std::string& word : result.command_line) words += (words.empty() ? "" : " ") + shell_word(word);
  const bool asked = std::any_of(result.command_line.begin(), result.command_line.end(), has_seed);
  if (!words.empty() && !asked && !result.load_withheld) words += " --seed " + std::to_string(result.seed);
  return words;
}

}  // namespace assay::reports
