// One probe, ready to be carried out: its spec, its kind, and how its target is reached. Immutable; made by
// probes/registry from the gate file.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_spec.h"

namespace assay::probes {

struct Kind;

struct Probe {
  config::ProbeSpec spec;
  const Kind* kind = nullptr;
  client::Access access;
  std::vector<std::string> secrets;  // longest first

  // The settings that this kind's read() made.
  template <class Settings>
  const Settings& settings() const {
    return static_cast<const Settings&>(*spec.settings);
  }

  // "https://shop.example.com:8443" without a path, and the same with one, after the path that the target's
  // own URL has.
  std::string origin() const;
  std::string url(std::string_view path) const;
  // A request to the target with the target's own headers, labelled "GET /path". Asks are made from this one.
  client::Ask http(std::string_view path, std::string_view method = "GET") const;
};

// The same ask as HTTP, to set what else it needs.
client::HttpAsk& http(client::Ask& ask);

}  // namespace assay::probes
