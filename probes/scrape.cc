#include "probes/scrape.h"

#include <fmt/format.h>

#include "match/answer.h"
#include "probes/expectation.h"

namespace assay::probes {
namespace {

std::string media_type(const client::HttpAnswer& answer) {
  std::string type = match::lower_case(header_value(answer, "content-type"));
  type.resize(std::min(type.find_first_of("; "), type.size()));
  return type;
}

}  // namespace

ExpositionFormat exposition_format(const client::HttpAnswer& answer) {
  return media_type(answer) == "application/openmetrics-text" ? ExpositionFormat::openmetrics
                                                              : ExpositionFormat::prometheus;
}

bool is_exposition_type(const client::HttpAnswer& answer) {
  const std::string type = media_type(answer);
  return type == "text/plain" || type == "application/openmetrics-text";
}

Expected<Exposition, std::string> read_scrape(const client::HttpAnswer& answer) {
  if (answer.status != 200) return Unexpected(fmt::format("status {}", answer.status));
  if (answer.body_bytes > answer.body.size())
    return Unexpected(fmt::format("more than the {} bytes that are looked at", answer.body.size()));
  const std::size_t first = answer.body.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Unexpected(std::string("an empty body"));
  if (answer.body[first] == '<') return Unexpected(std::string("HTML"));
  Expected<Exposition, std::string> found = parse_exposition(answer.body, exposition_format(answer));
  if (found && found->samples == 0) return Unexpected(std::string("no sample"));
  return found;
}

}  // namespace assay::probes
