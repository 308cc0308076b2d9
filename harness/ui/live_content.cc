#include "ui/live_content.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace assay::ui {

std::string server_sent(std::string_view event, std::string_view id, std::string_view text) {
  std::string made = "event: ";
  made += event;
  if (!id.empty()) made.append("\nid: ").append(id);
  return made.append("\ndata: ").append(text).append("\n\n");
}

std::string LiveContent::id() const { return instance_ + "-" + std::to_string(version_); }

void LiveContent::update(const LiveRun& run, std::vector<reports::LiveFragment> fragments) {
  ++version_;
  page_ = reports::live_page(run, fragments, id());
  kept_.resize(fragments.size());
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    if (kept_[i].changed > 0 && kept_[i].fragment == fragments[i]) continue;
    kept_[i] = {std::move(fragments[i]), version_};
  }
}

std::uint64_t LiveContent::version_in(std::string_view event_id) const {
  const std::string prefix = instance_ + "-";
  if (!event_id.starts_with(prefix)) return 0;
  event_id.remove_prefix(prefix.size());
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(event_id.data(), event_id.data() + event_id.size(), version);
  const bool whole = error == std::errc() && end == event_id.data() + event_id.size();
  return whole && version <= version_ ? version : 0;
}

std::string LiveContent::event_since(std::uint64_t version) const {
  auto changed = nlohmann::json::array();
  for (const Kept& one : kept_)
    if (one.changed > version) changed.push_back({{"id", one.fragment.id}, {"html", one.fragment.html}});
  return server_sent("fragments", id(),
                     changed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace assay::ui
