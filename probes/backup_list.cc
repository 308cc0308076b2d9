#include "probes/backup_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace assay::probes {
namespace {

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view next_word(std::string_view& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(" \t"), rest.size());
  const std::size_t end = std::min(rest.find_first_of(" \t", begin), rest.size());
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

Expected<Backup, std::string> parse_line(std::string_view line) {
  Backup backup;
  const std::optional<std::uint64_t> bytes = whole(next_word(line));
  if (!bytes) return Unexpected(std::string("it must begin with a size in bytes"));
  const Expected<WallTime, std::string> time = parse_iso_time(next_word(line));
  if (!time) return Unexpected(std::string(time.error()));
  const std::size_t name = line.find_first_not_of(" \t");
  if (name == std::string_view::npos) return Unexpected(std::string("it has no name behind size and time"));
  return Backup{std::string(line.substr(name)), *bytes, *time};
}

// The five of XML and numbers of ASCII characters, which is what S3 writes; anything else stays as it is.
std::string decoded(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kNamed{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto named = std::find_if(kNamed.begin(), kNamed.end(),
                                    [&](const auto& one) { return text.starts_with(one.first); });
    if (named != kNamed.end()) {
      out += named->second;
      text.remove_prefix(named->first.size());
      continue;
    }
    const std::size_t end = text.starts_with("&#") ? text.find(';') : std::string_view::npos;
    const std::optional<std::uint64_t> code = end <= 6 ? whole(text.substr(2, end - 2)) : std::nullopt;
    out += code && *code < 128 ? static_cast<char>(*code) : text[0];
    text.remove_prefix(code && *code < 128 ? end + 1 : 1);
  }
  return out;
}

// The text of the first such element; nothing where there is none that ends.
std::optional<std::string_view> element(std::string_view xml, std::string_view name) {
  const std::string open = fmt::format("<{}>", name), close = fmt::format("</{}>", name);
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = xml.find(close, begin);
  if (end == std::string_view::npos) return std::nullopt;
  return xml.substr(begin + open.size(), end - begin - open.size());
}

Expected<Backup, std::string> parse_object(std::string_view xml) {
  const auto key = element(xml, "Key"), size = element(xml, "Size"), modified = element(xml, "LastModified");
  if (!key || !size || !modified) return Unexpected(std::string("an object has no key, size or time"));
  const std::optional<std::uint64_t> bytes = whole(*size);
  if (!bytes) return Unexpected(fmt::format("the size of {} is no number", *key));
  const Expected<WallTime, std::string> time = parse_iso_time(*modified);
  if (!time) return Unexpected(std::string(time.error()));
  return Backup{decoded(*key), *bytes, *time};
}

}  // namespace

Expected<std::vector<Backup>, std::string> parse_backup_lines(std::string_view text) {
  std::vector<Backup> backups;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    Expected<Backup, std::string> backup = parse_line(line);
    if (!backup)
      return Unexpected(fmt::format("line {} of the list cannot be read: {}", number, backup.error()));
    backups.push_back(*std::move(backup));
  }
  return backups;
}

Expected<BackupPage, std::string> parse_s3_page(std::string_view xml) {
  constexpr std::string_view kEnd = "</ListBucketResult>";
  if (xml.find("<ListBucketResult") == std::string_view::npos || xml.find(kEnd) == std::string_view::npos)
    return Unexpected(std::string("the answer is not a whole list of an S3 bucket"));
  BackupPage page;
  constexpr std::string_view kClose = "</Contents>";
  std::string_view rest = xml;
  while (const std::optional<std::string_view> object = element(rest, "Contents")) {
    Expected<Backup, std::string> backup = parse_object(*object);
    if (!backup) return Unexpected(std::move(backup).error());
    page.backups.push_back(*std::move(backup));
    rest.remove_prefix(static_cast<std::size_t>(object->data() + object->size() - rest.data()) +
                       kClose.size());
  }
  if (rest.find("<Contents>") != std::string_view::npos)
    return Unexpected(std::string("an object of the list never ends"));
  if (element(xml, "IsTruncated") != "true") return page;
  page.next = decoded(element(xml, "NextContinuationToken").value_or(""));
  if (page.next.empty()) return Unexpected(std::string("the list is cut off, and does not say how to go on"));
  return page;
}

}  // namespace assay::probes
