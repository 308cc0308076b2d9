#include "probes/probe_alert_lifecycle.h"

#include <memory>

#include "probes/lifecycle_course.h"
#include "probes/lifecycle_settings.h"

namespace assay::probes {
namespace {

std::unique_ptr<Course> begin(const Probe& probe) { return std::make_unique<LifecycleCourse>(probe); }

}  // namespace

const Kind kAlertLifecycle{.form = {.name = "alert-lifecycle",
                                    .keys = kLifecycleKeys,
                                    .read = read_lifecycle,
                                    .needs_url = false,
                                    .dangerous = true,
                                    .repeats = false,
                                    .beside_load = true},
                           .purpose = "an alert fires when its fault is brought about, arrives, and clears",
                           .begin = begin};

}  // namespace assay::probes
