// Carries a DnsAsk out: one question over UDP, over TCP where the reply is cut off, asked twice within the
// time limit. Every reply code is an answer; only silence and nonsense are trouble.
#pragma once
#include <functional>
#include <memory>

#include "client/ask.h"
#include "client/watcher.h"

namespace assay::client {

std::unique_ptr<Transfer> query(const DnsAsk& ask, Nanos timeout, Watcher& watcher,
                                std::function<void(Answer)> done);

}  // namespace assay::client
