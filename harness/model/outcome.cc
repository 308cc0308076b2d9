#include "model/outcome.h"

#include "model/names.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, kOutcomeCount> kNames = {
    "ok",
    "status",
    "check",
    "extract",
    "dns",
    "connect_refused",
    "connect_timeout",
    "connect_failed",
    "no_local_port",
    "no_file",
    "tls",
    "response_timeout",
    "closed_early",
    "protocol",
    "shed",
    "aborted",
};

}  // namespace

std::string_view name(Outcome outcome) { return name_in(kNames, outcome); }
std::optional<Outcome> outcome_from(std::string_view text) { return value_named<Outcome>(kNames, text); }

}  // namespace assay
