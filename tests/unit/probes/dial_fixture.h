// Canned answers of dialogues, and worlds made of them.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/probes/kind_fixture.h"

namespace assay::probes {

// The connection stood, and each Hear got these bytes; `then` is what ended it.
client::Answer dialled(std::vector<std::string> heard, client::Trouble then = client::Trouble::none);

client::Handshake good_handshake();  // TLS 1.3, a trusted certificate for the name
client::Answer secured(client::Answer answer, client::Handshake handshake = good_handshake());
// The handshake did not succeed; what was heard before it is there.
client::Answer unsecured(std::vector<std::string> heard, std::string problem);

// By label. An ask that is not among them ends the test.
using Answers = std::map<std::string, client::Answer>;
World world(Answers answers);

// For tables of planted faults: what the world answers otherwise, and what must be in the summary.
struct Fault {
  std::string label;
  client::Answer answer;
  std::string summary;
};
void check_faults(const Probe& probe, const Answers& healthy, const std::vector<Fault>& faults);

// What the reader says about one probe must hold `sentence`.
void check_mistake(std::string_view probe, std::string_view sentence,
                   std::string_view target = "http://127.0.0.1:8080");

}  // namespace assay::probes
