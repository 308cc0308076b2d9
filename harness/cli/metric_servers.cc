#include "cli/metric_servers.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <ostream>
#include <utility>

#include "cli/delivery.h"
#include "model/base64.h"
#include "reports/metric_family.h"
#include "reports/metric_series.h"
#include "reports/metric_text.h"
#include "reports/otlp_metrics.h"
#include "reports/remote_write.h"
#include "reports/run_metrics.h"
#include "store/run_directory.h"

namespace assay::cli {

struct MetricKind {
  const char* title;
  const char* variable;  // of the environment, with headers
  std::string MetricServers::*url;
  // What is sent, but for headers of the environment. Nothing: the run has nothing for it.
  std::optional<client::HttpAsk> (*request)(const RunRecord& record, const std::string& url);
};

namespace {

constexpr const char* kOtlpPath = "/v1/metrics";

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

client::HttpAsk request_of(std::string method, std::string url, std::vector<client::Field> headers,
                           std::string body) {
  client::HttpAsk request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.headers.push_back({"User-Agent", "assay/" ASSAY_VERSION});
  request.body = std::move(body);
  return request;
}

// PUT, so that what an earlier run said and this one does not is gone.
std::optional<client::HttpAsk> push_request(const RunRecord& record, const std::string& url) {
  return request_of("PUT", without_slash(url) + push_path(record.result.name),
                    {{"Content-Type", "text/plain; version=0.0.4"}},
                    reports::prometheus_text(reports::run_metrics(record)));
}

std::optional<client::HttpAsk> remote_write_request(const RunRecord& record, const std::string& url) {
  const auto series = reports::run_series(record);
  if (series.empty()) return std::nullopt;
  return request_of("POST", url,
                    {{"Content-Type", "application/x-protobuf"},
                     {"Content-Encoding", "snappy"},
                     {"X-Prometheus-Remote-Write-Version", "0.1.0"}},
                    reports::remote_write_body(series));
}

// Some servers want the media type exactly so, without a charset.
std::optional<client::HttpAsk> otlp_request(const RunRecord& record, const std::string& url) {
  const std::string base = without_slash(url);
  return request_of("POST", base.ends_with(kOtlpPath) ? base : base + kOtlpPath,
                    {{"Content-Type", "application/json"}}, reports::otlp_metrics(record));
}

constexpr std::array<MetricKind, 3> kKinds = {{
    {"Pushgateway", "ASSAY_PUSH_HEADERS", &MetricServers::push, push_request},
    {"remote write", "ASSAY_REMOTE_WRITE_HEADERS", &MetricServers::remote_write, remote_write_request},
    {"OTLP", "ASSAY_OTLP_HEADERS", &MetricServers::otlp, otlp_request},
}};

std::string is_url(const std::string& text) {
  const std::size_t host = text.starts_with("http://") ? 7 : text.starts_with("https://") ? 8 : text.size();
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (printable && host < text.size() && text[host] != '/') return "";
  return "\"" + shown_url(text) + "\" is no URL of a server: write it like http://127.0.0.1:9091";
}

// Paths are appended to it.
std::string is_base_url(const std::string& text) {
  std::string problem = is_url(text);
  if (problem.empty() && text.find_first_of("?#") != std::string::npos)
    problem = "\"" + shown_url(text) + "\" must end with its path";
  return problem;
}

bool is_header(const client::Field& field) {
  constexpr std::string_view kToken = "!#$%&'*+-.^_`|~";
  const auto in_name = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kToken.find(c) != std::string_view::npos;
  };
  const auto in_value = [](char c) {
    return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t';
  };
  return !field.name.empty() && std::all_of(field.name.begin(), field.name.end(), in_name) &&
         std::all_of(field.value.begin(), field.value.end(), in_value);
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// Headers of the environment: lines, or "@FILE" with them. Nothing: they are none, and why was said; nobody
// is told what stands there.
std::optional<std::vector<client::Field>> headers_of(const Context& context, const char* variable) {
  std::string text = context.environment(variable).value_or("");
  if (text.starts_with('@')) {
    auto read = store::read_file(text.substr(1));
    if (!read) {
      context.err << fmt::format("assay: ${}: {}\n", variable, read.error().message());
      return std::nullopt;
    }
    text = *std::move(read);
  }
  auto headers = parse_headers(text);
  if (!headers)
    context.err << fmt::format("assay: ${} must hold lines like \"Authorization: Bearer ...\", or @FILE\n",
                               variable);
  return headers;
}

// Whole values, and what stands behind the scheme of an authorization.
std::vector<std::string> secrets_of(const MetricReceiver& receiver) {
  std::vector<std::string> secrets;
  for (const client::Field& field : receiver.headers) {
    secrets.push_back(field.value);
    secrets.push_back(field.value.substr(field.value.rfind(' ') + 1));
  }
  const UrlUser user = user_in(receiver.url);
  if (user.colon < user.end) {
    secrets.push_back(receiver.url.substr(user.colon + 1, user.end - user.colon - 1));
    secrets.push_back(base64_encode(receiver.url.substr(user.begin, user.end - user.begin)));  // in a header
  }
  std::erase(secrets, "");
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

}  // namespace

void MetricServers::declare(CLI::App& parser) {
  const auto add = [&](const char* option, std::string& url, const char* purpose, const MetricKind& kind,
                       std::string (*check)(const std::string&)) {
    parser.add_option(option, url, fmt::format("{}; headers: ${}", purpose, kind.variable))
        ->check(check, "")
        ->type_name("URL")
        ->default_str("");
  };
  add("--push", push, "Tell a Pushgateway of the verdict and the final metrics", kKinds[0], is_base_url);
  add("--remote-write", remote_write, "Send response times and counts over time by Prometheus remote write",
      kKinds[1], is_url);
  add("--otlp", otlp, "Send the final metrics by OTLP/HTTP", kKinds[2], is_base_url);
}

std::optional<std::vector<client::Field>> parse_headers(const std::string& text) {
  std::vector<client::Field> headers;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return std::nullopt;
    client::Field field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
    if (!is_header(field)) return std::nullopt;
    headers.push_back(std::move(field));
  }
  return headers;
}

std::string push_path(const std::string& gate) {
  const std::string value = reports::label_value(gate);
  const bool plain =
      value.find_first_not_of('.') != std::string::npos &&
      std::all_of(value.begin(), value.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
      });
  if (plain) return "/metrics/job/assay/gate/" + value;
  // A slash could not be written otherwise.
  std::string encoded = base64_encode(value);
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return "/metrics/job/assay/gate@base64/" + encoded;
}

std::optional<std::vector<MetricReceiver>> receivers_of(const Context& context,
                                                        const MetricServers& servers) {
  std::vector<MetricReceiver> receivers;
  for (const MetricKind& kind : kKinds) {
    if ((servers.*kind.url).empty()) continue;
    auto headers = headers_of(context, kind.variable);
    if (!headers) return std::nullopt;
    receivers.push_back({&kind, servers.*kind.url, *std::move(headers)});
  }
  return receivers;
}

void send_metrics(const Context& context, const RunRecord& record,
                  std::span<const MetricReceiver> receivers) {
  if (receivers.empty()) return;
  if (!record.verdict) {
    context.err << "assay: metrics not sent: a segment is no whole run; `assay merge` joins segments\n";
    return;
  }
  std::vector<Parcel> parcels;
  for (const MetricReceiver& receiver : receivers) {
    auto request = receiver.kind->request(record, receiver.url);
    if (!request) {
      context.err << fmt::format("assay: nothing sent to {}: no request was judged\n", receiver.kind->title);
      continue;
    }
    request->headers.insert(request->headers.end(), receiver.headers.begin(), receiver.headers.end());
    parcels.push_back({receiver.kind->title, *std::move(request), secrets_of(receiver)});
  }
  deliver(context, std::move(parcels));
}

}  // namespace assay::cli
