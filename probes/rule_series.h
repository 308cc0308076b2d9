// Whether an alert can fire: the series that its expression selects exist, and its value is a number while
// nothing happens. Pure; used by the kinds that look at rules.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "probes/kind.h"
#include "probes/server_key.h"

namespace assay::probes {

// What to ask about an expression that was not asked yet, after the answers so far. Empty: all is known.
std::vector<client::Ask> series_asks(const Server& prometheus, std::string_view expr, Exchanges so_far);

// A fact for each selector and for the value. `what`: "alert HighErrorRate".
void judge_series(std::string_view expr, const std::string& what, const std::string& location, Exchanges all,
                  Judgement& judgement);

}  // namespace assay::probes
