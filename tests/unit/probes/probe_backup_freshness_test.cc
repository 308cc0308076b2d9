#include <chrono>
#include <vector>

#include "probes/iso_time.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

const WallTime kNow = *parse_iso_time("2026-02-14T09:00:00Z");
constexpr std::string_view kNightly =
    "1000000 2026-02-12T02:00:00Z daily/db-20260212.sql.gz\n"
    "1200000 2026-02-14T02:00:00Z daily/db-20260214.sql.gz\n"
    "1100000 2026-02-13T02:00:00Z daily/db-20260213.sql.gz\n";

client::Answer at_now(client::Answer answer) {
  answer.started_wall = kNow;
  return answer;
}
World printing(std::string out, int code = 0, bool is_cut = false) {
  return [=](const client::Ask&) {
    client::Answer answer;
    answer.what =
        client::CommandAnswer{code, std::nullopt, out, code == 0 ? "" : "access denied", is_cut, false};
    return at_now(answer);
  };
}
std::string judged_as(const std::string& keys, std::string_view list) {
  const Probe probe = made("kind: backup-freshness\nlist: { command: [list-backups] }\n" + keys);
  return summary(judged(probe, printing(std::string(list))));
}

std::string page(std::string_view objects, std::string_view token) {
  return "<ListBucketResult>" + std::string(objects) + "<IsTruncated>" + (token.empty() ? "false" : "true") +
         "</IsTruncated><NextContinuationToken>" + std::string(token) +
         "</NextContinuationToken></ListBucketResult>";
}
std::string object(std::string_view key, std::string_view time) {
  return "<Contents><Key>" + std::string(key) + "</Key><LastModified>" + std::string(time) +
         "</LastModified><Size>500</Size></Contents>";
}

bool refused(std::string_view keys, std::string_view sentence) {
  const std::string errors = staged("kind: backup-freshness\n" + std::string(keys)).errors;
  INFO(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("backup-freshness: the newest backup by its time is young enough") {
  CHECK(judged_as("max_age: 8h", kNightly) ==
        "pass: age of the newest backup: 7h (daily/db-20260214.sql.gz of 2026-02-14T02:00:00.000Z)");
  CHECK(judged_as("max_age: 6h", kNightly) ==
        "fail: age of the newest backup: expected at most 6h, got 7h (daily/db-20260214.sql.gz of "
        "2026-02-14T02:00:00.000Z)");
}

TEST_CASE("backup-freshness: all demands together") {
  CHECK(judged_as("max_age: 8h\nmin_size: 1MB\nkeep: 3\nnot_shrinking: 80%\npattern: ^daily/.*\\.sql\\.gz$",
                  kNightly) == "pass: all 4 facts hold");
}

TEST_CASE("backup-freshness: only names that fit count") {
  const std::string other = std::string(kNightly) + "9 2026-02-14T08:59:00Z daily/manifest.json\n";
  CHECK(judged_as("max_age: 8h\npattern: \"sql.gz$\"", other).starts_with("pass"));
  CHECK(judged_as("max_age: 8h\npattern: ^weekly/", other) ==
        "fail: newest backup: expected one, got none that fits, among 4 in the list");
  CHECK(judged_as("max_age: 8h", "") == "fail: newest backup: expected one, got an empty list");
}

TEST_CASE("backup-freshness: a time in the future is a failure, and hides nothing") {
  const std::string list = "1000 2026-02-14T12:00:00Z db-ahead.sql\n1000 2026-02-10T09:00:00Z db-old.sql\n";
  const Probe probe = made("kind: backup-freshness\nlist: { command: [x] }\nmax_age: 25h");
  const Judgement judgement = judged(probe, printing(list));
  REQUIRE(judgement.facts().size() == 2);
  CHECK(summary(judgement) ==
        "fail: times of the backups: expected in the past, got db-ahead.sql of 2026-02-14T12:00:00.000Z, "
        "which is 3h "
        "ahead (and 1 more)");
  CHECK(judgement.facts()[1].observed.starts_with("4d (db-old.sql"));
  CHECK(
      judged_as("max_age: 25h", "1000 2026-02-14T09:00:30Z db.sql\n").starts_with("pass"));  // clocks differ
}

TEST_CASE("backup-freshness: the newest must hold something") {
  const std::string before = "1000000 2026-02-13T02:00:00Z db-13.sql.gz\n";
  CHECK(judged_as("max_age: 8h", before + "0 2026-02-14T02:00:00Z db-14.sql.gz") ==
        "fail: size of the newest backup: expected something in it, got 0B (db-14.sql.gz)");
  CHECK(judged_as("max_age: 8h", before + "29 2026-02-14T02:00:00Z db-14.sql.gz") ==
        "fail: size of the newest backup: expected something in it, got 29B (db-14.sql.gz), as an empty "
        "compressed "
        "file has");
  CHECK(judged_as("max_age: 8h", before + "29 2026-02-14T02:00:00Z db-14.sql").starts_with("pass"));
  CHECK(judged_as("max_age: 8h\nmin_size: 1MiB", before + "500 2026-02-14T02:00:00Z db-14.sql.gz") ==
        "fail: size of the newest backup: expected at least 1MiB, got 500B (db-14.sql.gz)");
}

TEST_CASE("backup-freshness: enough of them are kept, and empty ones do not count") {
  CHECK(judged_as("max_age: 8h\nkeep: 4", kNightly) == "fail: backups kept: expected at least 4, got 3");
  CHECK(judged_as("max_age: 8h\nkeep: 4", std::string(kNightly) + "0 2026-02-11T02:00:00Z db-11.sql.gz") ==
        "fail: backups kept: expected at least 4, got 3, and 1 empty");
}

TEST_CASE("backup-freshness: a shrinking backup is compared with the largest earlier one") {
  const std::string slowly =
      "1000 2026-02-12T02:00:00Z a\n850 2026-02-13T02:00:00Z b\n700 2026-02-14T02:00:00Z c\n";
  CHECK(judged_as("max_age: 8h\nnot_shrinking: 80%", slowly) ==
        "fail: size against earlier backups: expected at least 80% of 1000B (a), got 700B");
  CHECK(judged_as("max_age: 8h\nnot_shrinking: 70%", slowly).starts_with("pass"));
  CHECK(judged_as("max_age: 8h\nnot_shrinking: 70%", "700 2026-02-14T02:00:00Z c").starts_with("pass"));
}

TEST_CASE("backup-freshness: a list that cannot be read is an error, never a pass") {
  CHECK(judged_as("max_age: 8h", "1000 2026-02-14T02:00:00 db.sql").find("has no zone") != std::string::npos);
  CHECK(judged_as("max_age: 8h", "1000 2026-02-14T02:00:00 db.sql")
            .starts_with("error: list of backups: line 1"));
  const Probe probe = made("kind: backup-freshness\nlist: { command: [x] }\nmax_age: 1h");
  CHECK(summary(judged(probe, printing(std::string(kNightly), 0, true))).find("longer than 64KiB") !=
        std::string::npos);
  CHECK(summary(judged(probe, printing("", 2))) ==
        "error: list of backups: the command ended with 2: access denied");
  CHECK(summary(judged(probe, [](const client::Ask&) {
          return trouble(client::Trouble::timeout, "killed");
        })) == "error: list of backups: timeout: killed");
}

TEST_CASE("backup-freshness: a bucket is listed page by page") {
  const Probe probe =
      made("kind: backup-freshness\nlist: { s3: \"/b?list-type=2&prefix=daily/\" }\nmax_age: 8h\nkeep: 2");
  std::vector<std::string> asked;
  const World bucket = [](const client::Ask& ask) {
    const bool first = ask.label.find("continuation-token") == std::string::npos;
    return at_now(http_answer(200, {},
                              first ? page(object("daily/a", "2026-02-13T02:00:00.000Z"), "t/1==")
                                    : page(object("daily/b", "2026-02-14T02:00:00.000Z"), "")));
  };
  CHECK(summary(judged(probe, bucket, &asked)) == "pass: all 2 facts hold");
  CHECK(asked == std::vector<std::string>{"GET /b?list-type=2&prefix=daily/",
                                          "GET /b?list-type=2&prefix=daily/&continuation-token=t%2F1%3D%3D"});
}

TEST_CASE("backup-freshness: a bucket that does not tell is an error") {
  const Probe probe = made("kind: backup-freshness\nlist: { s3: \"/b?list-type=2\" }\nmax_age: 8h");
  const auto answering = [](client::Answer answer) { return [=](const client::Ask&) { return answer; }; };
  CHECK(summary(judged(probe, answering(http_answer(403, {}, "<Error/>")))) ==
        "error: list of backups: the bucket answers with status 403");
  CHECK(judged(probe, answering(http_answer(200, {}, "<html>"))).state() == ProbeState::error);
  client::Answer cut = http_answer(200, {}, page("", ""));
  std::get<client::HttpAnswer>(cut.what).body_bytes += 1;
  CHECK(judged(probe, answering(cut)).state() == ProbeState::error);
  std::vector<std::string> asked;
  CHECK(summary(judged(probe, answering(http_answer(200, {}, page("", "again"))), &asked)) ==
        "error: list of backups: the list has more than 100 pages; narrow it with a prefix");
  CHECK(asked.size() == 100);
}

TEST_CASE("backup-freshness: mistakes are refused") {
  CHECK(refused("max_age: 1h", "\"list\" is missing"));
  CHECK(refused("list: { command: [x] }", "\"max_age\" is missing"));
  CHECK(refused("max_age: 1h\nlist: {}", "comes from one place"));
  CHECK(refused("max_age: 1h\nlist: { command: [x], s3: \"/b?list-type=2\" }", "comes from one place"));
  CHECK(refused("max_age: 1h\nlist: { command: ls -l }", "\"command\" must be a list"));
  CHECK(refused("max_age: 1h\nlist: { s3: \"/b\" }", "this does not ask for a list"));
  CHECK(refused("max_age: 1h\nlist: { s3: \"b?list-type=2\" }", "a path starts with \"/\""));
  CHECK(refused("max_age: 1h\nlist: { folder: /b }", "folder"));
  CHECK(refused("max_age: 25\nlist: { command: [x] }", "\"max_age\" must be a duration"));
  CHECK(refused("max_age: 1h\nlist: { command: [x] }\npattern: \"(\"", "this is not a regular expression"));
  CHECK(refused("max_age: 1h\nlist: { command: [x] }\nkeep: 0", "\"keep\" is out of range"));
  CHECK(refused("max_age: 1h\nlist: { command: [x] }\nmin_size: 10", "\"min_size\" must be a size"));
  CHECK(refused("max_age: 1h\nlist: { command: [x] }\nnot_shrinking: 120%", "up to 100%"));
  CHECK(refused("max_age: 1h\nlist: { command: [x] }\nnot_shrinking: 0%", "above 0%"));
}
