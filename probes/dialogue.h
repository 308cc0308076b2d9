// Asks over TCP to the address of a probe, and what was heard there. Every byte of an answer is the
// stranger's: what is shown of it is quoted.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "probes/judgement.h"
#include "probes/kind.h"

namespace assay::probes {

client::Ask dial(const Probe& probe, std::string label, std::vector<client::Move> moves);

// By the Hear of that index; empty: nothing was heard, or it was not begun.
std::string_view heard(const client::Answer& answer, std::size_t index);

// The peer closed or reset the connection in the middle of a dialogue.
bool is_hang_up(const client::Answer& answer);

// What was heard instead of the protocol, in words: "an HTTP answer: "HTTP/1.1 400 Bad..."".
std::string stranger(std::string_view heard);

// Nothing that the protocol allows was heard: names the trouble, or what came instead.
void judge_no_reply(const Exchange& exchange, std::string_view heard, std::string expected,
                    Judgement& judgement);

// The words of `offered` against those that are wanted, whatever their order and case.
void judge_exact_set(std::string what, const std::vector<std::string>& wanted,
                     const std::vector<std::string>& offered, Judgement& judgement);

// Hear: until a line ends.
bool line_ended(std::string_view heard);
// The first line, without its end; all where none has ended.
std::string_view first_line(std::string_view heard);

}  // namespace assay::probes
