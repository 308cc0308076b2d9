// Dialogues over TCP and TLS: connects, then says, hears and secures in the order of the ask's moves.
#pragma once
#include <functional>
#include <memory>

#include "client/ask.h"
#include "client/watcher.h"
#include "client/wire.h"

namespace assay::client {

// Begins at once; `done` is called once, from the loop, and may destroy the transfer. The references must
// live as long as the transfer. `keep` is given the connection before that, where the ask wants it held.
std::unique_ptr<Transfer> dial(const DialAsk& ask, const Access& access, Watcher& watcher,
                               std::function<void(Answer)> done, std::function<void(Wire)> keep = {});

}  // namespace assay::client
