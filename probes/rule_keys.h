// Keys of a rule inside a probe, such as { secure: true, max_age: "<= 1d" }: nothing where one is not
// written.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/map_reader.h"
#include "config/probe_form.h"
#include "probes/bound.h"

namespace assay::probes {

std::optional<bool> read_flag(const config::ProbeReading& reading, const config::MapReader& map,
                              std::string_view key);
std::optional<Bound> read_bound(const config::ProbeReading& reading, const config::MapReader& map,
                                std::string_view key);
// Adds what the key `headers` of the probe says.
void add_headers(client::Ask& ask, const std::vector<client::Field>& headers);
// In place of any header of that name.
void set_header(client::Ask& ask, std::string_view name, std::string_view value);

}  // namespace assay::probes
