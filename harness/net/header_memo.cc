#include "net/header_memo.h"

#include "base/random.h"

namespace assay::net {
namespace {

// A header that differs each time is noted a few times, then now and then, in case that it settles.
constexpr std::uint32_t kTries = 4, kRetryEvery = 64;

}  // namespace

HeaderMemo::Entry& HeaderMemo::entry_for(const Question& question) {
  return entries_[mix64(reinterpret_cast<std::uintptr_t>(question.interest)) % kEntries];
}

const KnownHeader* HeaderMemo::find(const Question& question, std::string_view received) {
  Entry& entry = entry_for(question);
  if (entry.question == question && !entry.known.bytes.empty() && received.starts_with(entry.known.bytes)) {
    entry.misses = 0;
    return &entry.known;
  }
  ++entry.misses;
  return nullptr;
}

KnownHeader* HeaderMemo::room_for(const Question& question) {
  Entry& entry = entry_for(question);
  if (entry.misses > kTries && entry.misses % kRetryEvery != 0) return nullptr;
  entry.question = question;
  return &entry.known;
}

}  // namespace assay::net
