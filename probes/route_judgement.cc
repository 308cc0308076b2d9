#include "probes/route_judgement.h"

#include <algorithm>
#include <vector>

namespace assay::probes {
namespace {

class RouteJudge {
 public:
  RouteJudge(const AlertmanagerConfig& config, const std::string& what, const std::string& location,
             Judgement& judgement)
      : config_(config), what_(what), location_(location), judgement_(judgement) {}

  void judge_any(const std::vector<std::string>& names) {
    const bool told = std::any_of(names.begin(), names.end(), [&](const auto& name) { return tells(name); });
    require(told, "receiver", "one that tells somebody",
            listed(names) + (told ? "" : ", which tells nobody"));
    for (const std::string& name : names) judge_end(name);
  }

  void judge_one(const std::vector<std::string>& names, const std::string& wanted) {
    const bool reached = std::find(names.begin(), names.end(), wanted) != names.end();
    require(reached, "receiver", wanted, listed(names));
    if (!reached) return;
    require(tells(wanted), "notifiers of " + wanted, "at least one",
            tells(wanted) ? "there" : "none: it tells nobody");
    judge_end(wanted);
  }

 private:
  bool tells(const std::string& name) const {
    const Receiver* receiver = config_.receiver(name);
    return receiver != nullptr && !receiver->notifiers.empty();
  }

  void require(bool holds, const std::string& part, std::string expected, std::string observed) {
    judgement_.require(holds, what_ + ": " + part, std::move(expected), std::move(observed), location_);
  }

  void judge_end(const std::string& name) {
    if (!tells(name)) return;
    std::vector<std::string> silent;
    for (const Notifier& notifier : config_.receiver(name)->notifiers)
      if (!notifier.send_resolved) silent.push_back(notifier.kind);
    judgement_.advise(silent.empty(), what_ + ": end told by " + name, "send_resolved",
                      silent.empty() ? "every one of its ways"
                                     : "not by " + listed(silent) + ", which is the default there",
                      location_);
  }

  const AlertmanagerConfig& config_;
  const std::string &what_, &location_;
  Judgement& judgement_;
};

}  // namespace

void judge_route(const AlertmanagerConfig& config, const RoutedAlert& alert, const std::string& receiver,
                 Judgement& judgement) {
  std::vector<std::string> names;
  for (const Route* route : routes_for(config, alert.labels)) names.push_back(route->receiver);
  RouteJudge judge(config, alert.what, alert.location, judgement);
  if (receiver.empty()) {
    judge.judge_any(names);
  } else {
    judge.judge_one(names, receiver);
  }
}

}  // namespace assay::probes
