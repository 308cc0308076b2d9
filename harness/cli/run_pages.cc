#include "cli/run_pages.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "cli/run_identity.h"
#include "cli/stored_runs.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostDirectories = 2000;

// No letter is left by which a browser could take the path for a scheme, a host or a query.
std::string link_of(const fs::path& page) {
  std::string link;
  for (const char letter : page.generic_string()) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool safe = (byte < 0x80 && std::isalnum(byte) != 0) ||
                      std::string_view("-._~/").find(letter) != std::string_view::npos;
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (safe)
      link += letter;
    else
      link.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]});
  }
  return link;
}

std::vector<fs::path> directories_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    std::error_code ignored;
    if (fs::exists(each->path() / kPageFile, ignored)) found.push_back(each->path());
  }
  std::sort(found.rbegin(), found.rend());
  if (found.size() > kMostDirectories) found.resize(kMostDirectories);
  return found;
}

}  // namespace

std::map<std::string, std::string> find_pages(const std::string& folder,
                                              const std::vector<std::string>& ids) {
  std::map<std::string, std::string> pages;
  for (const fs::path& directory : directories_in(folder)) {
    if (pages.size() == ids.size()) break;
    const auto text = store::read_file(directory / store::kResultFile);
    if (!text) continue;
    const std::string id = run_id(*text);
    if (std::ranges::find(ids, id) == ids.end()) continue;
    std::error_code error;
    const fs::path page = fs::proximate(directory / kPageFile, error);
    if (!error && page.is_relative()) pages.emplace(id, link_of(page));
  }
  return pages;
}

}  // namespace assay::cli
