// The clear-text beginning of protocols that turn TLS on by a command.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"

namespace assay::probes {

enum class Starttls : std::uint8_t { none, smtp, imap, pop3, postgres };
std::uint16_t usual_port(Starttls protocol);  // 0: none

// Up to where TLS begins. A peer that says no hears the ClientHello all the same, and the dialogue ends
// there.
std::vector<client::Move> starttls_moves(Starttls protocol);
// What the peer said instead of agreeing, quoted; empty: it agreed, or said nothing whole.
std::string starttls_refusal(Starttls protocol, const client::DialAnswer& answer);

}  // namespace assay::probes
