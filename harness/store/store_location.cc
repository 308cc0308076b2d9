#include "store/store_location.h"

namespace assay::store {

bool is_database_url(std::string_view location) {
  return location.starts_with("postgres://") || location.starts_with("postgresql://");
}

std::string shown_location(const std::string& location) {
  if (!is_database_url(location)) return location;
  // From the last @, whatever a password holds that should have been escaped.
  const std::size_t host = location.find("://") + 3, last = location.rfind('@');
  const std::size_t options = location.find('?', last == std::string::npos ? host : last);
  std::string rest = location.substr(host, options - host);
  const std::size_t at = rest.rfind('@'), colon = rest.find(':');
  if (at != std::string::npos && colon < at) rest.erase(colon, at - colon);
  return location.substr(0, host) + rest;
}

}  // namespace assay::store
