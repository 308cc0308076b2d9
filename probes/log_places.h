// The places in which log entries are searched for: Loki, Elasticsearch and OpenSearch, Seq, and anything
// that answers a GET. Pure.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "probes/arrival_course.h"

namespace assay::probes {

enum class LogBackend : std::uint8_t { loki, elasticsearch, seq, http };

struct LogQuery {
  LogBackend backend = LogBackend::loki;
  Server server;
  std::string selector;  // Loki: `{app="shop"}`
  std::string index;     // Elasticsearch: "shop-*"
  std::string id_field;  // Elasticsearch and Seq
  std::string path;      // http: with {id}
  std::string token;     // sent as Authorization, or to Seq as X-Seq-ApiKey; empty: none
};

std::unique_ptr<const ArrivalPlace> log_place(const LogQuery& query);

}  // namespace assay::probes
