// HTTP/1.1: a step and a target become the bytes of a request. The only file of the scenario layer that knows
// the protocol's syntax; another protocol gets a file beside it. What the user wrote and HTTP forbids is
// collected.
#pragma once
#include "config/gate_spec.h"
#include "match/template_compiler.h"
#include "scenario/cookie_jar.h"
#include "scenario/request_template.h"

namespace assay::scenario {

// Headers of the step replace those of the target, which replace our own (Host, User-Agent, Accept,
// Content-Type).
RequestTemplate compile_http1(const config::RequestSpec& request, const config::TargetSpec& target,
                              const match::CompileContext& context);

// Whose cookies the target's answers may set: its Host header's name where one is given, else its URL's.
Origin origin_of(const config::TargetSpec& target);

}  // namespace assay::scenario
