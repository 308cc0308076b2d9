// Whether an alert reaches somebody, by the routing tree of its Alertmanager. Pure.
#pragma once
#include <string>

#include "probes/judgement.h"
#include "probes/route_tree.h"

namespace assay::probes {

struct RoutedAlert {
  Labels labels;
  std::string what, location;  // "alert HighErrorRate", and where it is expected
};

// Facts about the receivers of an alert. `receiver`: the one that it must reach; empty: any that tells
// somebody. One that is not told of the end is a warning.
void judge_route(const AlertmanagerConfig& config, const RoutedAlert& alert, const std::string& receiver,
                 Judgement& judgement);

}  // namespace assay::probes
