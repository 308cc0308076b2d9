#include "cli/run_pages.h"

#include <algorithm>
#include <filesystem>

#include "cli/run_identity.h"
#include "reports/registry.h"
#include "reports/url_text.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostDirectories = 2000;

std::vector<fs::path> directories_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    std::error_code ignored;
    if (fs::exists(each->path() / reports::kPageFile, ignored)) found.push_back(each->path());
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
    const fs::path page = fs::proximate(directory / reports::kPageFile, error);
    if (!error && page.is_relative()) pages.emplace(id, reports::url_path(page.generic_string()));
  }
  return pages;
}

}  // namespace assay::cli
