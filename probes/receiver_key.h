// The key `receiver`: where assay itself waits for messages.
#pragma once
#include <string>

#include "client/message.h"
#include "config/probe_form.h"
#include "probes/notice.h"

namespace assay::probes {

struct ReceiverPlace {
  std::string listen;  // "127.0.0.1:9099"
  NoticeFormat format = NoticeFormat::webhook;
  std::string name;  // of the receiver in Alertmanager; empty: not compared

  client::Speech speech() const {
    return format == NoticeFormat::email ? client::Speech::smtp : client::Speech::http;
  }
};

ReceiverPlace read_receiver(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
