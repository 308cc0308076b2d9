// Where the pages of stored runs are: a store knows what was measured, not where it was written.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace assay::cli {

// Of each run among `ids` whose directory lies in `folder` and has a page: the page as a relative link from
// the working directory, percent-encoded. A directory belongs to a run when its result has the run's id.
// Looks at no more than 2,000 directories, by name from the last (names begin with the start of a run).
std::map<std::string, std::string> find_pages(const std::string& folder, const std::vector<std::string>& ids);

}  // namespace assay::cli
