// What the server shows at the moment: the fragments of the page, each with the version in which it changed
// last. Whoever is behind gets what is newer than what it has, in one piece: however slow it is, nothing is
// kept for it, and the newest state wins. The server's thread only.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/live_page.h"

namespace assay::ui {

class LiveContent {
 public:
  // `instance` tells this run from others at the same address.
  explicit LiveContent(std::string instance) : instance_(std::move(instance)) {}

  void update(const LiveRun& run, std::vector<reports::LiveFragment> fragments);

  std::uint64_t version() const { return version_; }
  const std::string& page() const { return page_; }
  // Whoever has this version; 0: none of ours.
  std::uint64_t version_in(std::string_view event_id) const;
  // A server-sent event with all fragments that changed after the version.
  std::string event_since(std::uint64_t version) const;

 private:
  struct Kept {
    reports::LiveFragment fragment;
    std::uint64_t changed = 0;
  };

  std::string id() const;

  std::string instance_;
  std::uint64_t version_ = 0;
  std::vector<Kept> kept_;
  std::string page_;
};

// "event: NAME\ndata: TEXT\n\n"; `text` is one line.
std::string server_sent(std::string_view event, std::string_view id, std::string_view text);

}  // namespace assay::ui
