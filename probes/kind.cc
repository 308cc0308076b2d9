#include "probes/kind.h"

#include <algorithm>

namespace assay::probes {

const Exchange* labelled(Exchanges all, std::string_view label) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Exchange& exchange) { return exchange.ask.label == label; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace assay::probes
