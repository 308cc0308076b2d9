// Probes of a kind against a world that the test makes up: a gate file with one probe is read, its asks are
// answered by a function, and the judgement comes back. No socket is opened.
#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "config/gate_reader.h"
#include "probes/kind.h"
#include "probes/registry.h"

namespace assay::probes {

using World = std::function<client::Answer(const client::Ask&)>;

struct StagedGate {
  std::vector<Probe> probes;
  std::string errors;  // rendered; empty: none
};

// `probe`: the lines of one probe, as in "kind: http\npath: /health".
StagedGate staged(std::string_view probe, std::string_view target = "http://127.0.0.1:8080");
// Of a whole gate file.
StagedGate staged_gate(const std::string& text);
Probe made(std::string_view probe, std::string_view target = "http://127.0.0.1:8080");

// Asks until the probe wants nothing more, at most 10,000 times; `asked` gets the labels.
Judgement judged(const Probe& probe, const World& world, std::vector<std::string>* asked = nullptr);

// One round of a course at `now`, which goes on by its pauses, a second of which is a second.
std::vector<Exchange> answered(const std::vector<client::Ask>& asks, const World& world, TimePoint& now,
                               std::vector<std::string>* asked = nullptr);

client::Answer http_answer(int status, std::vector<client::Field> headers = {}, std::string body = {});
client::Answer trouble(client::Trouble what, std::string problem);

// "fail: status: expected 2xx, got 503", for one line in a test.
std::string summary(const Judgement& judgement);

}  // namespace assay::probes
