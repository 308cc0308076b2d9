#include "scenario/http1_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "match/answer.h"
#include "match/request_compiler.h"
#include "scenario/target_url.h"

namespace assay::scenario {
namespace {

using match::CompileContext;
using match::Encoding;
using match::TextTemplate;

struct Header {
  std::string name;
  TextTemplate value;
};
using Headers = std::vector<Header>;

constexpr std::string_view kLineEnd = "\r\n";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

TextTemplate request_target(const config::RequestSpec& request, const TargetUrl& url,
                            const CompileContext& context) {
  std::string base;
  match::append_path(url.base_path, base);
  TextTemplate out;
  out.add_literal(base);
  out.append(match::compile_target(request, context));
  return out;
}

Header own_header(std::string name, std::string_view value) {
  Header header{std::move(name), {}};
  header.value.add_literal(value);
  return header;
}

Headers default_headers(const config::RequestSpec& request, const TargetUrl& url) {
  Headers headers;
  headers.push_back(own_header("Host", url.authority));
  headers.push_back(own_header("User-Agent", "assay/" ASSAY_VERSION));
  headers.push_back(own_header("Accept", "*/*"));
  if (const std::string_view type = match::content_type(request.body); !type.empty())
    headers.push_back(own_header("Content-Type", type));
  return headers;
}

// Whether the field may stand in a request of ours; what may not is the user's mistake.
bool check_field(const config::FieldSpec& field, const CompileContext& context) {
  if (!is_token(field.name)) {
    context.errors.add(field.span, fmt::format("\"{}\" is no header name", field.name),
                       "use letters, digits and hyphens");
    return false;
  }
  if (match::same_name(field.name, "Content-Length") || match::same_name(field.name, "Transfer-Encoding")) {
    context.errors.add(field.span, fmt::format("header {} is written by assay itself", field.name),
                       "remove this line: it follows from the body");
    return false;
  }
  const bool controlled =
      std::any_of(field.value.parts.begin(), field.value.parts.end(), [](const auto& part) {
        return std::any_of(part.literal.begin(), part.literal.end(), [](char c) {
          return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        });
      });
  if (controlled) {
    context.errors.add(field.span,
                       fmt::format("header {} holds a line break or control character", field.name),
                       "write the value on one line");
  }
  return !controlled;
}

// Fields of one layer replace the namesakes of the layers below and may repeat among themselves.
void override_headers(const std::vector<config::FieldSpec>& fields, const CompileContext& context,
                      Headers& headers) {
  const std::size_t below = headers.size();
  std::vector<bool> replaced(below, false);
  for (const config::FieldSpec& field : fields) {
    if (!check_field(field, context)) continue;
    Header header{field.name, compile_text(field.value, Encoding::header, context)};
    std::size_t at = 0;
    while (at < below && (replaced[at] || !match::same_name(headers[at].name, field.name))) ++at;
    if (at == below) {
      headers.push_back(std::move(header));
      continue;
    }
    headers[at] = std::move(header);
    replaced[at] = true;
  }
}

void add_line(const Header& header, TextTemplate& out) {
  out.add_literal(header.name + ": ");
  out.append(header.value);
}

// The user's own Cookie header goes last, so that the jar's cookies can follow in the same line: RFC 6265
// allows one.
void add_headers(const Headers& headers, RequestParts& parts) {
  const Header* own_cookie = nullptr;
  for (const Header& header : headers) {
    if (match::same_name(header.name, "Cookie")) {
      own_cookie = &header;
      continue;
    }
    add_line(header, parts.head);
    parts.head.add_literal(kLineEnd);
  }
  if (own_cookie == nullptr) {
    parts.cookie_prefix = "Cookie: ";
    parts.cookie_suffix = kLineEnd;
    return;
  }
  add_line(*own_cookie, parts.head);
  parts.cookie_prefix = "; ";
  parts.tail = kLineEnd;
}

// RFC 9110, section 8.6: methods that anticipate content say so when there is none.
bool anticipates_content(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void add_body(const config::RequestSpec& request, const CompileContext& context, RequestParts& parts) {
  parts.body = match::compile_body(request.body, context);
  if (!parts.body.is_static()) {
    parts.length_prefix = parts.tail + "Content-Length: ";
    parts.length_suffix = kLineEnd;
    parts.tail = kLineEnd;
    return;
  }
  const bool has_length =
      request.body.kind != config::BodySpec::Kind::none || anticipates_content(request.method);
  if (has_length) parts.tail += fmt::format("Content-Length: {}{}", parts.body.literal().size(), kLineEnd);
  parts.tail += kLineEnd;
}

}  // namespace

RequestTemplate compile_http1(const config::RequestSpec& request, const config::TargetSpec& target,
                              const CompileContext& context) {
  const TargetUrl url = parse_target_url(target.url);
  RequestParts parts;
  parts.head.add_literal(request.method + " ");
  parts.path_begin = request.method.size() + 1;
  parts.head.append(request_target(request, url, context));
  parts.head.add_literal(" HTTP/1.1\r\n");
  Headers headers = default_headers(request, url);
  override_headers(target.headers, context, headers);
  override_headers(request.headers, context, headers);
  add_headers(headers, parts);
  add_body(request, context, parts);
  return RequestTemplate(std::move(parts));
}

Origin origin_of(const config::TargetSpec& target) {
  const TargetUrl url = parse_target_url(target.url);
  for (const config::FieldSpec& field : target.headers) {
    if (match::same_name(field.name, "Host") && field.value.is_static()) {
      return {parse_target_url("http://" + field.value.source_text()).host, url.secure};
    }
  }
  return {url.host, url.secure};
}

}  // namespace assay::scenario
