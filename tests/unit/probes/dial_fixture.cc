#include "tests/unit/probes/dial_fixture.h"

#include <utility>

namespace assay::probes {

client::Answer dialled(std::vector<std::string> heard, client::Trouble then) {
  client::Answer answer;
  answer.trouble = then;
  if (then != client::Trouble::none) answer.problem = "it ended here";
  answer.phases.connected = Nanos(1000);
  client::DialAnswer dial;
  dial.heard = std::move(heard);
  dial.moves_done = dial.heard.size();
  answer.what = std::move(dial);
  return answer;
}

client::Handshake good_handshake() {
  client::Handshake handshake;
  handshake.established = handshake.hello_sent = handshake.name_matches = true;
  handshake.version = "1.3";
  handshake.cipher = "TLS_AES_128_GCM_SHA256";
  client::CertificateFacts leaf;
  leaf.subject = "CN=db.example.com";
  leaf.names = {"db.example.com"};
  handshake.chain = {leaf};
  return handshake;
}

client::Answer secured(client::Answer answer, client::Handshake handshake) {
  std::get<client::DialAnswer>(answer.what).tls = std::move(handshake);
  return answer;
}

client::Answer unsecured(std::vector<std::string> heard, std::string problem) {
  client::Answer answer = dialled(std::move(heard), client::Trouble::tls);
  answer.problem = std::move(problem);
  client::Handshake handshake;
  handshake.hello_sent = handshake.closed_by_peer = true;
  return secured(std::move(answer), std::move(handshake));
}

World world(Answers answers) {
  return [answers = std::move(answers)](const client::Ask& ask) {
    const auto found = answers.find(ask.label);
    INFO("asked for ", ask.label);
    REQUIRE(found != answers.end());
    return found->second;
  };
}

void check_faults(const Probe& probe, const Answers& healthy, const std::vector<Fault>& faults) {
  const Judgement sound = judged(probe, world(healthy));
  CHECK_MESSAGE(sound.state() == ProbeState::pass, summary(sound));
  for (const Fault& fault : faults) {
    Answers answers = healthy;
    answers[fault.label] = fault.answer;
    const std::string said = summary(judged(probe, world(std::move(answers))));
    CHECK_MESSAGE(said.find(fault.summary) != std::string::npos, "wanted: ", fault.summary,
                  "\n  said: ", said);
  }
}

void check_mistake(std::string_view probe, std::string_view sentence, std::string_view target) {
  const std::string errors = staged(probe, target).errors;
  CHECK_MESSAGE(errors.find(sentence) != std::string::npos, "wanted: ", std::string(sentence),
                "\n  said: ", errors);
}

}  // namespace assay::probes
