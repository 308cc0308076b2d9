// Notice: what a message that arrived at a receiver says about alerts, in the formats that Alertmanager
// sends. Pure but for the memory of a reader.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client/message.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

enum class NoticeFormat : std::uint8_t { webhook, slack, pagerduty, opsgenie, email };

struct Notice {
  bool firing = false;  // or over
  bool exact = false;   // `labels` are all of the alert's; else only `text` tells whom it is about
  Labels labels;
  std::string text, receiver;
};

// Whether the notice is about this alert, as far as its format tells.
bool is_about(const Notice& notice, const std::string& alert, const Labels& labels);

class NoticeReader {
 public:
  explicit NoticeReader(NoticeFormat format) : format_(format) {}
  // Empty: the message is none of this format.
  std::vector<Notice> read(const client::Message& message);

 private:
  NoticeFormat format_;
  std::map<std::string, std::string>
      texts_;  // by the key with which a later message refers to an earlier one
};

}  // namespace assay::probes
