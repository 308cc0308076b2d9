// Who may do what with the page of a run that goes on, as a pure function of what a request says. The page is
// for browsers on this machine, where other pages run, too; so a request must name the server as its own user
// would (else a foreign name leads here: DNS rebinding), what changes something must come from our own page
// and prove that its user was told the token, and nothing but the few paths exists.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::ui {

// What counts of a request; empty: it does not say. Views into what the caller holds.
struct LiveRequest {
  std::string_view method{};  // as sent
  std::string_view target{};  // path and query
  std::string_view host{};    // empty also where there are several
  std::string_view origin{}, fetch_site{}, authorization{}, last_event_id{};
};

// Of one server.
struct LiveDoor {
  std::vector<std::string> names;  // "127.0.0.1:8089": what a request may call it
  std::uint16_t port = 0;
  std::string token;
  bool exposed = false;  // to other machines: any IP address is a name, and reading takes the token, too
};

enum class LiveAction : std::uint8_t { refuse, page, events, stop, extend };

struct LiveJudgement {
  LiveAction action = LiveAction::refuse;
  bool head_only = false;
  std::string_view since;  // events: of the newest version that the client has; empty: of none

  // Of a refusal: the status, why, and where the method is wrong, those that are not.
  unsigned status = 0;
  std::string words;
  std::string_view allow;
};

LiveJudgement judge(const LiveRequest& request, const LiveDoor& door);

}  // namespace assay::ui
