// Whether an alert reaches somebody, by the routing tree of its Alertmanager. Pure.
#pragma once
#include <string>

#include "probes/judgement.h"
#include "probes/route_tree.h"

namespace assay::probes {

// Facts about the receivers of an alert with these labels. `receiver`: the one that it must reach; empty: any
// that tells somebody. `what`: "alert HighErrorRate". A receiver that is not told of the end is a warning.
void judge_route(const AlertmanagerConfig& config, const Labels& labels, const std::string& receiver,
                 const std::string& what, const std::string& location, Judgement& judgement);

}  // namespace assay::probes
