#include "reports/gate_place.h"

#include <charconv>
#include <filesystem>

namespace assay::reports {
namespace {

// Takes ":31" from the end; 0: there is no number.
std::uint32_t number_from_end(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return 0;
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data() + colon + 1, end, number);
  if (status != std::errc() || stop != end) return 0;
  text.remove_suffix(text.size() - colon);
  return number;
}

}  // namespace

GatePlace place_of(std::string_view location) {
  const std::uint32_t column = number_from_end(location);
  const std::uint32_t line = column == 0 ? 0 : number_from_end(location);
  if (line == 0 || location.empty()) return {};
  return {std::string(location), line, column};
}

std::string shown_path(const std::string& file, const ReportOptions& options) {
  if (options.root.empty() || options.here.empty() || file.empty()) return file;
  const std::filesystem::path whole = (std::filesystem::path(options.here) / file).lexically_normal();
  const std::filesystem::path inside = whole.lexically_relative(options.root);
  return inside.empty() || *inside.begin() == ".." ? file : inside.string();
}

}  // namespace assay::reports
