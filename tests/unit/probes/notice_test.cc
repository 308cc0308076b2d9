#include "probes/notice.h"

#include <doctest/doctest.h>

#include <string>

using namespace assay;
using namespace assay::probes;

namespace {

client::Message message(std::string body, std::string place = "/") {
  client::Message made;
  made.body = std::move(body);
  made.place = std::move(place);
  return made;
}

}  // namespace

// The bodies are what an Alertmanager 0.25 sends, shortened.
TEST_CASE("notices: a webhook tells of each alert with its labels") {
  NoticeReader reader(NoticeFormat::webhook);
  const auto notices = reader.read(message(
      R"({"receiver":"harness","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A","severity":"critical"},"endsAt":"0001-01-01T00:00:00Z"},)"
      R"({"status":"resolved","labels":{"alertname":"A","severity":"warning"}}],"version":"4"})"));
  REQUIRE(notices.size() == 2);
  CHECK(notices[0].firing);
  CHECK(notices[0].receiver == "harness");
  CHECK(is_about(notices[0], "A", {{"severity", "critical"}}));
  CHECK_FALSE(is_about(notices[1], "A", {{"severity", "critical"}}));
  CHECK_FALSE(notices[1].firing);
  CHECK_FALSE(is_about(notices[0], "B", {}));
}

TEST_CASE("notices: Slack and mail tell by their titles") {
  NoticeReader slack(NoticeFormat::slack);
  const auto firing = slack.read(message(
      R"x({"channel":"#a","attachments":[{"title":"[FIRING:1] HighErrorRate (critical)","color":"danger"
}]
})x"));
  REQUIRE(firing.size() == 1);
  CHECK(firing[0].firing);
  CHECK(is_about(firing[0], "HighErrorRate", {}));
  CHECK_FALSE(is_about(firing[0], "HighError", {}));
  CHECK_FALSE(slack.read(message(R"({"attachments":[{"title":"[RESOLVED] HighErrorRate"}]})"))[0].firing);
  CHECK(slack.read(message(R"({"text":"hello"})")).empty());
  NoticeReader mail(NoticeFormat::email);
  CHECK(mail.read(message("From: a\nSubject: [FIRING:1] DiskFull (critical)\nTo: b\n\nbody"))[0].firing);
  CHECK(is_about(mail.read(message("Subject: [RESOLVED]\n DiskFull\n\n"))[0], "DiskFull", {}));
  CHECK(is_about(mail.read(message("Subject: =?utf-8?q?=5BFIRING:1=5D_DiskFull_=C3=A9?=\n\n"))[0], "DiskFull",
                 {}));
  CHECK(mail.read(message("To: b\n\nSubject: [FIRING:1] DiskFull\n")).empty());
}

TEST_CASE("notices: PagerDuty and Opsgenie end by key what they began") {
  NoticeReader pager(NoticeFormat::pagerduty);
  CHECK(
      pager
          .read(message(
              R"({"dedup_key":"k","event_action":"trigger","payload":{"summary":"[FIRING:1] HighErrorRate"}})"))
              [0]
          .firing);
  const auto over = pager.read(message(R"({"dedup_key":"k","event_action":"resolve"})"));
  REQUIRE(over.size() == 1);
  CHECK_FALSE(over[0].firing);
  CHECK(is_about(over[0], "HighErrorRate", {}));
  CHECK(pager.read(message(R"({"event_action":"acknowledge"})")).empty());
  NoticeReader genie(NoticeFormat::opsgenie);
  CHECK(
      genie.read(message(R"({"alias":"abc","message":"[FIRING:1] HighErrorRate"})", "/v2/alerts"))[0].firing);
  const auto closed =
      genie.read(message(R"({"source":"http://am"})", "/v2/alerts/abc/close?identifierType=alias"));
  CHECK_FALSE(closed[0].firing);
  CHECK(is_about(closed[0], "HighErrorRate", {}));
}

TEST_CASE("notices: what is no JSON is none") {
  for (const NoticeFormat format :
       {NoticeFormat::webhook, NoticeFormat::slack, NoticeFormat::pagerduty, NoticeFormat::opsgenie}) {
    NoticeReader reader(format);
    CHECK(reader.read(message("<html>")).empty());
    CHECK(reader.read(message("")).empty());
  }
  NoticeReader reader(NoticeFormat::webhook);
  CHECK(reader.read(message(R"({"alerts":[{"status":"unknown"},5]})")).empty());
}
