#include "probes/wire_smtp.h"

#include <algorithm>
#include <cctype>

namespace assay::probes {
namespace {

constexpr std::size_t kMostLines = 200;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool has_code(std::string_view line) {
  return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && digit(line[1]) && digit(line[2]) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

bool goes_on(std::string_view line) { return line.size() > 3 && line[3] == '-'; }

std::vector<std::string> upper_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (c != ' ') {
      word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::string SmtpReply::shown() const {
  std::string text = std::to_string(code);
  for (const std::string& line : lines) text += (&line == &lines[0] ? " " : " / ") + line;
  return text;
}

bool smtp_reply_ended(std::string_view heard) {
  for (std::size_t end = heard.find('\n'); end != std::string_view::npos; end = heard.find('\n')) {
    const std::string_view line = heard.substr(0, end);
    if (!has_code(line.substr(0, line.find('\r'))) || !goes_on(line)) return true;
    heard.remove_prefix(end + 1);
  }
  return false;
}

std::optional<SmtpReply> parse_smtp(std::string_view heard) {
  SmtpReply reply;
  while (reply.lines.size() < kMostLines) {
    const std::size_t end = heard.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = heard.substr(0, end);
    if (!has_code(line)) return std::nullopt;
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (!reply.lines.empty() && code != reply.code) return std::nullopt;
    reply.code = code;
    reply.lines.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
    heard.remove_prefix(end + 2);
    if (!goes_on(line)) return heard.empty() ? std::optional(reply) : std::nullopt;
  }
  return std::nullopt;
}

std::map<std::string, std::vector<std::string>> smtp_extensions(const SmtpReply& ehlo) {
  std::map<std::string, std::vector<std::string>> extensions;
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {  // the first greets
    std::vector<std::string> words = upper_words(ehlo.lines[i]);
    if (words.empty()) continue;
    constexpr std::string_view kOldAuth = "AUTH=";  // as some servers write it beside, for old clients
    const bool old = words[0].starts_with(kOldAuth) && words[0].size() > kOldAuth.size();
    const std::string keyword = old ? "AUTH" : words[0];
    if (old) {
      words[0].erase(0, kOldAuth.size());
    } else {
      words.erase(words.begin());
    }
    extensions.try_emplace(keyword, std::move(words));
  }
  return extensions;
}

}  // namespace assay::probes
