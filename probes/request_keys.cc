#include "probes/request_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/choices.h"
#include "config/parts.h"
#include "config/values.h"

namespace assay::probes {
namespace {

using Version = client::HttpAsk::Version;
constexpr config::Choices<Version, 5> kVersions{{"auto", "1.0", "1.1", "2", "h2c"}};

bool is_method(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string read_path(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  std::string path = reading.text(node, label).value_or("/");
  if (!path.starts_with('/')) {
    reading.error(node, "a path starts with \"/\"", "the target gives the host");
  } else if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
    reading.error(node, "a space or control character cannot stand in a path", "write it as %20, %0A, ...");
  } else if (path.find('#') != std::string::npos) {
    reading.error(node, "a fragment is never sent", "write %23 for the character #");
  }
  return path;
}

std::vector<std::string> read_paths(const config::ProbeReading& reading, std::string_view key,
                                    std::vector<std::string> otherwise) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return otherwise;
  std::vector<std::string> paths;
  if (!node->is_sequence()) return {read_path(reading, *node, key)};
  if (!config::is_filled_list(reading.context, *node, key, "write it like [/, /missing]")) return otherwise;
  for (const config::Node* item : node->items) paths.push_back(read_path(reading, *item, key));
  return paths;
}

std::vector<std::string> read_texts(const config::ProbeReading& reading, const config::Node& node,
                                    std::string_view label) {
  std::vector<std::string> texts;
  const auto add = [&](const config::Node& item) {
    if (std::optional<std::string> text = reading.text(item, label)) texts.push_back(*std::move(text));
  };
  if (!node.is_sequence()) {
    add(node);
  } else if (config::is_filled_list(reading.context, node, label, "write it like [one, other]")) {
    for (const config::Node* item : node.items) add(*item);
  }
  return texts;
}

std::vector<client::Field> read_header_fields(const config::ProbeReading& reading, const config::Node& node) {
  std::vector<client::Field> fields;
  config::read_headers(reading.context, node);  // names and forbidden characters
  for (const config::Node::Entry& entry : node.entries) {
    if (std::optional<std::string> value = reading.text(*entry.value, entry.key->text))
      fields.push_back({entry.key->text, *std::move(value)});
  }
  return fields;
}

Request read_request(const config::ProbeReading& reading) {
  Request request;
  if (const config::Node* path = reading.find("path")) request.path = read_path(reading, *path, "path");
  if (const config::Node* method = reading.find("method")) {
    config::assign(request.method, reading.text(*method, "method"));
    if (!is_method(request.method))
      reading.error(*method, config::in_quotes(request.method) + " is not a method", "write it like GET");
  }
  if (const config::Node* headers = reading.find("headers"))
    request.headers = read_header_fields(reading, *headers);
  if (const config::Node* body = reading.find("body"))
    config::assign(request.body, reading.text(*body, "body"));
  if (const config::Node* version = reading.find("http_version"))
    config::assign(request.version,
                   config::read_choice(reading.context, *version, "http_version", kVersions));
  return request;
}

client::Ask to_ask(const Request& request, const Probe& probe) {
  client::Ask ask = probe.http(request.path, request.method);
  client::HttpAsk& made = http(ask);
  made.headers.insert(made.headers.end(), request.headers.begin(), request.headers.end());
  made.body = request.body;
  made.version = request.version;
  return ask;
}

void judge_http_version(const Request& request, const client::HttpAnswer& answer, Judgement& judgement) {
  if (request.version != Version::http2 && request.version != Version::http2_prior_knowledge) return;
  judgement.require(answer.version == "2", "HTTP version", "2", answer.version);
}

}  // namespace assay::probes
