#include "probes/log_places.h"

#include <fmt/format.h>

#include <utility>

#include "probes/json_value.h"

namespace assay::probes {
namespace {

using nlohmann::json;

constexpr int kDeepest = 20;

// {"a":{"b":1}} as a.b = 1.
void flatten(const json& object, const std::string& prefix, std::map<std::string, std::string>& fields,
             int depth = 0) {
  if (!object.is_object() || depth > kDeepest) return;
  for (const auto& [key, value] : object.items()) {
    const std::string name = prefix.empty() ? key : fmt::format("{}.{}", prefix, key);
    if (value.is_object()) {
      flatten(value, name, fields, depth + 1);
    } else {
      fields[name] = plain(value);
    }
  }
}

// A line that is JSON has fields; any other is text.
void take_line(const std::string& line, Arrived& arrived) {
  const json parsed = json::parse(line, nullptr, false);
  if (parsed.is_object()) flatten(parsed, "", arrived.fields);
  arrived.shown = line;
}

client::Ask with_token(client::Ask ask, const std::string& token, std::string_view header = "Authorization") {
  if (!token.empty()) http(ask).headers.push_back({std::string(header), token});
  return ask;
}

Read<json> body_of(const client::HttpAnswer& answer) {
  if (answer.status == 401 || answer.status == 403)
    return Unexpected(fmt::format("status {}: the token is not accepted", answer.status));
  if (answer.status != 200)
    return Unexpected(fmt::format("status {}: {}", answer.status, answer.body.substr(0, 200)));
  return json_of(answer);
}

class Loki final : public ArrivalPlace {
 public:
  explicit Loki(LogQuery query) : query_(std::move(query)) {}

  client::Ask question(const std::string& id) const override {
    const std::string logql = fmt::format("{} |= `{}`", query_.selector, id);
    return with_token(
        query_.server.get("logs", "/loki/api/v1/query_range?limit=10&query=" + url_encoded(logql)),
        query_.token);
  }

  Read<std::optional<Arrived>> read(const client::HttpAnswer& answer,
                                    const std::string& /*id*/) const override {
    const Read<json> body = body_of(answer);
    if (!body) return Unexpected(std::string(body.error()));
    const json& streams = member(member(*body, "data"), "result");
    if (!streams.is_array()) return Unexpected(std::string("this is no answer of Loki"));
    for (const json& stream : streams) {
      const json& values = member(stream, "values");
      if (!values.is_array() || values.empty() || !values[0].is_array() || values[0].size() < 2) continue;
      Arrived arrived;
      arrived.fields = texts_in(stream, "stream");
      take_line(plain(values[0][1]), arrived);
      return std::optional<Arrived>(std::move(arrived));
    }
    return std::optional<Arrived>();
  }

 private:
  LogQuery query_;
};

class Elasticsearch final : public ArrivalPlace {
 public:
  explicit Elasticsearch(LogQuery query) : query_(std::move(query)) {}

  client::Ask question(const std::string& id) const override {
    const std::string text = fmt::format("{}:\"{}\"", query_.id_field, id);
    return with_token(
        query_.server.get("logs", "/" + query_.index + "/_search?size=1&q=" + url_encoded(text)),
        query_.token);
  }

  Read<std::optional<Arrived>> read(const client::HttpAnswer& answer,
                                    const std::string& /*id*/) const override {
    if (answer.status == 404) return Unexpected("there is no index " + query_.index);
    const Read<json> body = body_of(answer);
    if (!body) return Unexpected(std::string(body.error()));
    const json& hits = member(member(*body, "hits"), "hits");
    if (!hits.is_array()) return Unexpected(std::string("this is no answer of Elasticsearch"));
    if (hits.empty()) return std::optional<Arrived>();
    Arrived arrived;
    const json& source = member(hits[0], "_source");
    flatten(source, "", arrived.fields);
    arrived.shown = source.dump();
    return std::optional<Arrived>(std::move(arrived));
  }

 private:
  LogQuery query_;
};

class Seq final : public ArrivalPlace {
 public:
  explicit Seq(LogQuery query) : query_(std::move(query)) {}

  client::Ask question(const std::string& id) const override {
    const std::string filter = fmt::format("{} = '{}'", query_.id_field, id);
    return with_token(
        query_.server.get("logs", "/api/events?count=1&render=true&filter=" + url_encoded(filter)),
        query_.token, "X-Seq-ApiKey");
  }

  Read<std::optional<Arrived>> read(const client::HttpAnswer& answer,
                                    const std::string& /*id*/) const override {
    const Read<json> body = body_of(answer);
    if (!body) return Unexpected(std::string(body.error()));
    if (!body->is_array()) return Unexpected(std::string("this is no answer of Seq"));
    if (body->empty()) return std::optional<Arrived>();
    const json& event = body->front();
    Arrived arrived;
    for (const std::string_view key : {"Level", "Timestamp", "RenderedMessage"})
      arrived.fields[std::string(key)] = text_in(event, key);
    const json& properties = member(event, "Properties");
    if (properties.is_array())
      for (const json& one : properties) arrived.fields[text_in(one, "Name")] = plain(member(one, "Value"));
    arrived.shown = text_in(event, "RenderedMessage");
    return std::optional<Arrived>(std::move(arrived));
  }

 private:
  LogQuery query_;
};

// Whatever it is: an answer that holds the id.
class AnyHttp final : public ArrivalPlace {
 public:
  explicit AnyHttp(LogQuery query) : query_(std::move(query)) {}

  client::Ask question(const std::string& id) const override {
    std::string path = query_.path;
    for (std::size_t at = path.find("{id}"); at != std::string::npos; at = path.find("{id}", at + id.size()))
      path.replace(at, 4, id);
    return with_token(query_.server.get("logs", path), query_.token);
  }

  Read<std::optional<Arrived>> read(const client::HttpAnswer& answer, const std::string& id) const override {
    if (answer.status == 404) return std::optional<Arrived>();
    if (answer.status != 200) return Unexpected(fmt::format("status {}", answer.status));
    if (answer.body.find(id) == std::string::npos) return std::optional<Arrived>();
    Arrived arrived;
    take_line(answer.body, arrived);
    return std::optional<Arrived>(std::move(arrived));
  }

 private:
  LogQuery query_;
};

}  // namespace

std::unique_ptr<const ArrivalPlace> log_place(const LogQuery& query) {
  switch (query.backend) {
    case LogBackend::loki:
      return std::make_unique<const Loki>(query);
    case LogBackend::elasticsearch:
      return std::make_unique<const Elasticsearch>(query);
    case LogBackend::seq:
      return std::make_unique<const Seq>(query);
    case LogBackend::http:
      break;
  }
  return std::make_unique<const AnyHttp>(query);
}

}  // namespace assay::probes
