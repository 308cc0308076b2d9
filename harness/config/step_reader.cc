#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

// Beyond this, response times no longer fit the histograms.
constexpr DurationRange kTimeoutRange{std::chrono::milliseconds(1), std::chrono::minutes(30)};
constexpr DurationRange kPauseRange{Nanos(0), std::chrono::hours(1)};

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
  return result;
}

const Node* key_of(const Node& map, std::string_view key) {
  const auto found = std::find_if(map.entries.begin(), map.entries.end(),
                                  [&](const Node::Entry& e) { return e.key->text == key; });
  return found == map.entries.end() ? nullptr : found->key;
}

std::vector<std::string_view> methods_in(const Node& step) {
  std::vector<std::string_view> methods;
  for (const Node::Entry& entry : step.entries) {
    const auto found = std::find(std::begin(keys::kMethods), std::end(keys::kMethods), entry.key->text);
    if (found != std::end(keys::kMethods)) methods.push_back(*found);
  }
  return methods;
}

void check_path(ReadContext& context, const Node& node, const TemplateSpec& path) {
  const std::string text = path.source_text();
  if (text.starts_with("http://") || text.starts_with("https://")) {
    context.error(path.span, "a step names a path, not a URL",
                  "write what follows the host; the target gives the rest");
  } else if (!text.starts_with('/')) {
    context.error(path.span, "a path starts with \"/\"",
                  "write it like /" + (text.starts_with("${") ? "" : text));
  }
  const std::size_t bad = node.text.find_first_of("\t\r\n#");
  if (bad != std::string::npos && path.is_static()) {
    context.error(context.part(node, node.text, bad, 1), "this character cannot stand in a path",
                  node.text[bad] == '#' ? "a fragment is never sent; write %23 for the character"
                                        : "write the path on one line");
  }
}

void add_query(ReadContext& context, const Node& key, const Node& value, RequestSpec& request) {
  std::optional<TemplateSpec> text = read_template(context, value, key.text);
  if (text) request.query.push_back({key.text, std::move(*text), context.span(key)});
}

// A list repeats the parameter: { tag: [a, b] } is ?tag=a&tag=b.
void read_query(ReadContext& context, const Node& node, RequestSpec& request) {
  if (!is_filled_map(context, node, "query", "write it like { limit: 20 }")) return;
  for (const Node::Entry& entry : node.entries) {
    if (!entry.value->is_sequence()) {
      add_query(context, *entry.key, *entry.value, request);
      continue;
    }
    for (const Node* item : entry.value->items) add_query(context, *entry.key, *item, request);
  }
}

void read_body(ReadContext& context, const MapReader& map, RequestSpec& request) {
  const Node* json = map.find("json");
  const Node* text = map.find("text");
  if (json != nullptr && text != nullptr) {
    context.error(*text, "a step has one body: \"json\" or \"text\"", "remove one of them");
  } else if (json != nullptr) {
    request.body.kind = BodySpec::Kind::json;
    request.body.span = context.place(*json);
    assign(request.body.json, read_json(context, *json, "json", JsonUse::body));
  } else if (text != nullptr) {
    request.body.kind = BodySpec::Kind::text;
    request.body.span = context.span(*text);
    std::optional<TemplateSpec> body = read_template(context, *text, "text");
    if (body) request.body.text = std::move(*body);
  }
}

void read_extraction(ReadContext& context, const Node::Entry& entry, RequestSpec& request) {
  const MapReader map(context, *entry.value, kExtractKeys, entry.key->text);
  const Node* json = map.find("json");
  const Node* header = map.find("header");
  if (!is_name(entry.key->text)) {
    context.error(*entry.key, in_quotes(entry.key->text) + " is not a name for a variable",
                  "use letters, digits and _, and do not start with a digit");
  }
  if (context.names.secrets.contains(entry.key->text)) {
    context.error(*entry.key, in_quotes(entry.key->text) + " is a secret already",
                  "extract into another name");
  }
  if ((json == nullptr) == (header == nullptr)) {
    if (map.is_map()) {
      context.error(*entry.key, "an extraction names one source",
                    "write { json: /pointer } or { header: name }");
    }
    return;
  }
  const Node& source = json != nullptr ? *json : *header;
  const std::optional<std::string> path = read_text(context, source, json != nullptr ? "json" : "header");
  if (!path) return;
  if (json != nullptr) check_pointer(context, source, *path);
  const auto from = json != nullptr ? ExtractSpec::From::json : ExtractSpec::From::header;
  request.extract.push_back({entry.key->text, from, *path, context.span(*entry.key)});
}

void read_answer(ReadContext& context, const MapReader& map, RequestSpec& request) {
  const Node* expect = map.find("expect");
  if (expect != nullptr) request.expect = read_expect(context, *expect);
  const Node* extract = map.find("extract");
  if (extract != nullptr &&
      is_filled_map(context, *extract, "extract", "write it like { id: { json: /id } }")) {
    for (const Node::Entry& entry : extract->entries) read_extraction(context, entry, request);
  }
  if (request.method != "HEAD") return;
  const auto from_json = [](const ExtractSpec& e) { return e.from == ExtractSpec::From::json; };
  if (!request.expect.json.empty() || !request.expect.body.empty()) {
    context.error(*expect, "the answer to a HEAD request has no body", "check its status and headers only");
  }
  if (std::any_of(request.extract.begin(), request.extract.end(), from_json)) {
    context.error(*extract, "the answer to a HEAD request has no body", "extract from a header, or use get");
  }
}

RequestSpec read_request(ReadContext& context, const MapReader& map, std::string_view method) {
  RequestSpec request;
  request.method = upper(method);
  request.safe = method == "get" || method == "head" || method == "options";
  const Node& path = *map.find(method);
  if (std::optional<TemplateSpec> text = read_template(context, path, method)) {
    request.path = std::move(*text);
    check_path(context, path, request.path);
  }
  if (const Node* query = map.find("query")) read_query(context, *query, request);
  if (const Node* headers = map.find("headers")) request.headers = read_headers(context, *headers);
  read_body(context, map, request);
  if (const Node* timeout = map.find("timeout"))
    request.timeout = read_duration(context, *timeout, "timeout", kTimeoutRange);
  if (const Node* safe = map.find("safe")) assign(request.safe, read_bool(context, *safe, "safe"));
  read_answer(context, map, request);
  return request;
}

std::optional<StepSpec> read_request_step(ReadContext& context, const Node& node) {
  const ErrorMark mark(context);
  const MapReader map(context, node, kStepKeys, "step");
  const std::vector<std::string_view> methods = methods_in(node);
  if (methods.empty()) {
    if (mark.clean())
      context.error(node, "this step does nothing", "name a request, like get: /path, or a pause");
    return std::nullopt;
  }
  if (methods.size() > 1) {
    context.error(*key_of(node, methods[1]),
                  "a step sends one request, but this one has " + in_quotes(methods[0]) + " already",
                  "make it two steps");
  }
  StepSpec step;
  step.span = context.place(*map.find(methods[0]));
  if (map.find(methods[0])->is_scalar()) step.span = context.span(*key_of(node, methods[0]));
  RequestSpec request = read_request(context, map, methods[0]);
  step.name = request.method + " " + request.path.source_text();
  if (const Node* name = map.find("name")) {
    assign(step.name, read_text(context, *name, "name"));
    step.span = context.span(*name);
  }
  step.action = std::move(request);
  return step;
}

std::optional<StepSpec> read_pause_step(ReadContext& context, const Node& node) {
  if (!methods_in(node).empty()) {
    context.error(*key_of(node, "pause"), "a step is either a request or a pause", "make it two steps");
    return std::nullopt;
  }
  const MapReader map(context, node, kPauseKeys, "pause");
  const Node& value = *map.find("pause");
  const std::optional<std::string> text = read_text(context, value, "pause");
  if (!text) return std::nullopt;
  const std::size_t dots = text->find("..");
  Node low = value, high = value;
  low.text = text->substr(0, dots);
  high.text = dots == std::string::npos ? low.text : text->substr(dots + 2);
  PauseSpec pause;
  assign(pause.min, read_duration(context, low, "pause", kPauseRange));
  pause.max = pause.min;
  if (dots != std::string::npos) assign(pause.max, read_duration(context, high, "pause", kPauseRange));
  if (pause.max < pause.min) {
    context.error(context.span(value), "this pause ends before it begins",
                  "write the shorter duration first");
  }
  return StepSpec{"pause " + *text, context.span(*key_of(node, "pause")), pause};
}

// Names of requests, with the line of the first one that bears it.
using SeenSteps = std::map<std::string, std::size_t>;

void remember(ReadContext& context, const StepSpec& step, std::size_t line, SeenSteps& seen) {
  const auto* request = std::get_if<RequestSpec>(&step.action);
  if (request == nullptr) return;
  for (const ExtractSpec& extract : request->extract) context.names.extracted.insert(extract.variable);
  const auto [first, fresh] = seen.emplace(step.name, line);
  if (fresh) return;
  context.error(
      step.span, "duplicate step " + in_quotes(step.name),
      "line " + std::to_string(first->second) + " has one of that name: give this one its own \"name\"");
}

}  // namespace

std::vector<StepSpec> read_steps(ReadContext& context, const Node& node) {
  std::vector<StepSpec> steps;
  if (!is_filled_list(context, node, "steps", "write it like [ { get: /health } ]")) return steps;
  SeenSteps seen;
  for (const Node* item : node.items) {
    const bool pause = item->is_map() && item->find("pause") != nullptr;
    std::optional<StepSpec> step =
        pause ? read_pause_step(context, *item) : read_request_step(context, *item);
    if (!step) continue;
    remember(context, *step, context.line_of(*item), seen);
    steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace assay::config
