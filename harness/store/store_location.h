// Where a baseline store is: the path of a file, or the URL of a PostgreSQL database. Pure functions.
#pragma once
#include <string>
#include <string_view>

namespace assay::store {

inline constexpr std::string_view kDefaultStore = ".assay/baselines.db";

bool is_database_url(std::string_view location);
// "postgres://user:secret@host/db" without its password and options; a file as it is.
std::string shown_location(const std::string& location);

}  // namespace assay::store
