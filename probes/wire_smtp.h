// Replies of a mail server (RFC 5321). Pure.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::probes {

struct SmtpReply {
  int code = 0;
  std::vector<std::string> lines;  // their texts

  bool positive() const { return code / 100 == 2; }
  std::string shown() const;  // "550 5.7.1 Relaying denied"
};

// Hear: until the last line of a reply has ended.
bool smtp_reply_ended(std::string_view heard);
// Exactly one reply; absent: it is none, or something follows it.
std::optional<SmtpReply> parse_smtp(std::string_view heard);

// What EHLO lists: keyword in upper case -> its parameters in upper case.
std::map<std::string, std::vector<std::string>> smtp_extensions(const SmtpReply& ehlo);

}  // namespace assay::probes
