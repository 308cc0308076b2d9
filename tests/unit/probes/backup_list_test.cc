#include "probes/backup_list.h"

#include <doctest/doctest.h>

#include <string>

#include "base/utc.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string shown(const std::vector<Backup>& backups) {
  std::string text;
  for (const Backup& backup : backups)
    text += backup.name + "|" + std::to_string(backup.bytes) + "|" + utc_text(backup.time) + "; ";
  return text;
}
std::string lines(std::string_view text) {
  const auto list = parse_backup_lines(text);
  return list ? shown(*list) : list.error();
}
std::string page(std::string_view objects, std::string_view rest = "<IsTruncated>false</IsTruncated>") {
  const auto list = parse_s3_page("<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"http://s3\">" +
                                  std::string(rest) + std::string(objects) + "</ListBucketResult>");
  if (!list) return list.error();
  return shown(list->backups) + (list->next.empty() ? "" : "next " + list->next);
}
std::string object(const std::string& key, const std::string& size, const std::string& time) {
  return "<Contents><Key>" + key + "</Key><LastModified>" + time + "</LastModified><Size>" + size +
         "</Size></Contents>";
}

}  // namespace

TEST_CASE("backup list: lines of size, time and name") {
  CHECK(lines("120 2026-02-14T02:00:00Z db 1.sql.gz\r\n\n  7  2026-02-13T02:00:00+01:00\ta\n") ==
        "db 1.sql.gz|120|2026-02-14T02:00:00.000Z; a|7|2026-02-13T01:00:00.000Z; ");
  CHECK(lines("").empty());
}

TEST_CASE("backup list: a line that is not understood spoils the list, and is named") {
  CHECK(lines("1 2026-02-14T02:00:00Z a\n1K 2026-02-14T02:00:00Z b") ==
        "line 2 of the list cannot be read: it must begin with a size in bytes");
  CHECK(lines("-1 2026-02-14T02:00:00Z b").find("it must begin with a size") != std::string::npos);
  CHECK(lines("99999999999999999999 2026-02-14T02:00:00Z b").find("a size in bytes") != std::string::npos);
  CHECK(lines("1 2026-02-14T02:00:00 b").find("has no zone") != std::string::npos);
  CHECK(lines("1 2026-02-14T02:00:00Z").find("it has no name") != std::string::npos);
}

TEST_CASE("backup list: a page of an S3 bucket") {
  CHECK(page(object("daily/a&amp;b&#32;c.gz", "42", "2026-02-14T02:00:00.000Z")) ==
        "daily/a&b c.gz|42|2026-02-14T02:00:00.000Z; ");
  CHECK(page("").empty());
  CHECK(page("", "<IsTruncated>true</IsTruncated><NextContinuationToken>1/x==</NextContinuationToken>") ==
        "next 1/x==");
}

TEST_CASE("backup list: what is no whole page is refused") {
  CHECK_FALSE(parse_s3_page("<html>"));
  CHECK_FALSE(parse_s3_page(""));
  CHECK_FALSE(parse_s3_page("<ListBucketResult><Contents><Key>a</Key>"));
  CHECK(page("<Contents><Key>a</Key>") == "an object of the list never ends");
  CHECK(page("<Contents><Key>a</Key></Contents>") == "an object has no key, size or time");
  CHECK(page(object("a", "big", "2026-02-14T02:00:00Z")) == "the size of a is no number");
  CHECK(page(object("a", "1", "yesterday")).find("is not a time") != std::string::npos);
  CHECK(page("", "<IsTruncated>true</IsTruncated>") == "the list is cut off, and does not say how to go on");
}
