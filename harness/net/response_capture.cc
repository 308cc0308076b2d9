#include "net/response_capture.h"

#include <algorithm>

namespace assay::net {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view written, std::string_view lower_case) {
  return std::ranges::equal(written, lower_case, {}, lower);
}

}  // namespace

void ResponseCapture::begin(const ResponseInterest* wanted) {
  interest_ = wanted != nullptr && !wanted->nothing() ? wanted : nullptr;
  if (scratch_) pool_.give_back(std::move(scratch_));
  begin_message();
}

void ResponseCapture::begin_message() {
  body_bytes = 0;
  header_bytes = 0;
  status = 0;
  in_header = true;
  if (scratch_) scratch_->forget_answer();
}

bool ResponseCapture::wants_header(std::string_view name) const {
  if (interest_ == nullptr || !in_header) return false;
  if (interest_->all_headers) return true;
  return std::ranges::any_of(interest_->headers,
                             [&](const std::string& wanted) { return same_name(name, wanted); });
}

void ResponseCapture::keep_header(std::string_view name, std::string_view value) {
  ResponseScratch& kept = scratch();
  kept.header_text.append(name).append(value);
  kept.kept.push_back({static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
}

void ResponseCapture::keep_body(std::string_view bytes) {
  body_bytes += bytes.size();
  if (interest_ == nullptr || !interest_->body) return;
  std::string& body = scratch().body;
  if (body.size() < interest_->body_limit) body.append(bytes.substr(0, interest_->body_limit - body.size()));
}

void ResponseCapture::adopt(const KnownHeader& known) {
  status = known.status;
  header_bytes = known.header_bytes;
  in_header = false;
  if (known.kept.empty()) return;
  scratch().header_text = known.kept_text;
  scratch().kept = known.kept;
}

void ResponseCapture::copy_to(KnownHeader& known) const {
  known.status = status;
  known.header_bytes = header_bytes;
  known.kept_text.clear();
  known.kept.clear();
  if (!scratch_) return;
  known.kept_text = scratch_->header_text;
  known.kept = scratch_->kept;
}

ResponseView ResponseCapture::view() {
  ResponseView view;
  view.status = status;
  view.body_bytes = body_bytes;
  if (!scratch_) return view;
  // The views are made only now, because header_text moves while it grows.
  scratch_->headers.clear();
  std::string_view rest = scratch_->header_text;
  for (const auto& field : scratch_->kept) {
    const std::string_view name = rest.substr(0, field.name_length);
    scratch_->headers.push_back({name, rest.substr(field.name_length, field.value_length)});
    rest.remove_prefix(std::size_t{field.name_length} + field.value_length);
  }
  view.headers = scratch_->headers;
  view.body = scratch_->body;
  return view;
}

ResponseScratch& ResponseCapture::scratch() {
  if (!scratch_) scratch_ = pool_.take();
  return *scratch_;
}

}  // namespace assay::net
