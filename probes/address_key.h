// The keys `address: "host:port"` and `host` of kinds that speak to something else than the target's URL: its
// database, its mail server, all its ports. What they say goes into the spec, where `dangerous` and the
// client look for it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "config/probe_form.h"
#include "probes/probe.h"

namespace assay::probes {

// Without `address`: the target's host with the usual port of the kind; 0: with the target's own.
//
// A `connect_to` of the target says where its own host and port are reached. It tells nothing about another
// port or host: there it is dropped, and where only the usual port is known, an address must be written. One
// that the probe has itself always holds.
void read_address(const config::ProbeReading& reading, std::uint16_t usual_port);

// Of `ports`, which dials many ports of one host: a `connect_to`, which names one port, cannot hold.
void read_host(const config::ProbeReading& reading);

// "db.example.com:5432", "[::1]:5432"
std::string written_address(std::string_view host, std::uint16_t port);

}  // namespace assay::probes
