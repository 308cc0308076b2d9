#include "probes/notice.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "probes/json_value.h"

namespace assay::probes {
namespace {

using nlohmann::json;

constexpr std::string_view kFiring = "[FIRING", kResolved = "[RESOLVED";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// As a word of its own: "Disk" is not "DiskFull".
bool names(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

std::vector<Notice> in_text(std::string text) {
  const bool firing = text.find(kFiring) != std::string::npos,
             over = text.find(kResolved) != std::string::npos;
  if (firing == over) return {};
  return {{firing, false, {}, std::move(text), ""}};
}

std::vector<Notice> in_webhook(const json& body) {
  std::vector<Notice> notices;
  const json& alerts = member(body, "alerts");
  if (!alerts.is_array()) return notices;
  for (const json& alert : alerts) {
    const std::string status = text_in(alert, "status");
    if (status != "firing" && status != "resolved") continue;
    notices.push_back({status == "firing", true, texts_in(alert, "labels"), "", text_in(body, "receiver")});
  }
  return notices;
}

std::string in_slack(const json& body) {
  std::string text = text_in(body, "text");
  const json& attachments = member(body, "attachments");
  if (!attachments.is_array()) return text;
  for (const json& one : attachments)
    for (const std::string_view key : {"title", "fallback", "text", "pretext"})
      text += "\n" + text_in(one, key);
  return text;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                : -1;
}

// Quoted-printable, and the Q encoding of headers: "=5B" is "[", "_" stands for a space in a header.
std::string without_quoting(std::string_view text, bool header) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;  // a line that goes on
    } else if (text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      plain += header && text[i] == '_' ? ' ' : text[i];
    }
  }
  return plain;
}

// The subject alone: it has the state and the name.
std::string subject_of(std::string_view mail) {
  const std::string_view head = mail.substr(0, mail.find("\n\n"));
  std::size_t at = head.starts_with("Subject:") ? 0 : head.find("\nSubject:");
  if (at == std::string_view::npos) return {};
  at = head.find(':', at) + 1;
  std::size_t end = head.find('\n', at);
  while (end != std::string_view::npos && end + 1 < head.size() &&
         (head[end + 1] == ' ' || head[end + 1] == '\t'))
    end = head.find('\n', end + 1);
  const std::string_view subject = head.substr(at, end == std::string_view::npos ? end : end - at);
  return subject.find("=?") == std::string_view::npos ? std::string(subject) : without_quoting(subject, true);
}

// ".../v2/alerts/KEY/close?identifierType=alias" -> KEY; empty: no message that ends an alert.
std::string closed_key(std::string_view place) {
  constexpr std::string_view kBefore = "/v2/alerts/";
  const std::size_t begin = place.find(kBefore), end = place.find("/close");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + kBefore.size())
    return {};
  return std::string(place.substr(begin + kBefore.size(), end - begin - kBefore.size()));
}

}  // namespace

bool is_about(const Notice& notice, const std::string& alert, const Labels& labels) {
  if (!notice.exact) return names(notice.text, alert);
  return has_all(notice.labels, {{"alertname", alert}}) && has_all(notice.labels, labels);
}

std::vector<Notice> NoticeReader::read(const client::Message& message) {
  if (format_ == NoticeFormat::email) return in_text(subject_of(message.body));
  const json body = json::parse(message.body, nullptr, false);
  if (body.is_discarded()) return {};
  switch (format_) {
    case NoticeFormat::webhook:
      return in_webhook(body);
    case NoticeFormat::slack:
      return in_text(in_slack(body));
    case NoticeFormat::pagerduty: {
      const std::string action = text_in(body, "event_action");
      std::string& text = texts_[text_in(body, "dedup_key")];
      if (action == "trigger") text = member(body, "payload").dump();
      if (action != "trigger" && action != "resolve") return {};
      return {{action == "trigger", false, {}, text.empty() ? member(body, "payload").dump() : text, ""}};
    }
    case NoticeFormat::opsgenie:
    case NoticeFormat::email:
      break;
  }
  const std::string key = closed_key(message.place);
  if (!key.empty()) return {{false, false, {}, texts_[key], ""}};
  texts_[text_in(body, "alias")] = message.body;
  return {{true, false, {}, message.body, ""}};
}

}  // namespace assay::probes
