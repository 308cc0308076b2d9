// Colours of the terminal as escape sequences. A meaning is always said by a word as well, so nothing is lost
// without them.
#pragma once
#include <string>
#include <string_view>

#include "model/probe_result.h"
#include "model/verdict.h"

namespace assay::reports {

inline constexpr std::string_view kResetPaint = "\x1b[0m";

// Every member is empty where colour is off.
struct Palette {
  std::string_view good, bad, doubtful, faint, strong;

  static constexpr Palette of(bool colour) {
    if (!colour) return {};
    return {"\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[1m"};
  }

  constexpr std::string_view of(Grade grade) const {
    if (grade == Grade::pass) return good;
    return grade == Grade::inconclusive ? doubtful : bad;
  }
  constexpr std::string_view of(FindingState state) const {
    switch (state) {
      case FindingState::pass:
        return good;
      case FindingState::fail:
      case FindingState::invalid:
        return bad;
      case FindingState::inconclusive:
      case FindingState::insufficient:
        return doubtful;
      case FindingState::info:
        break;
    }
    return {};
  }
  constexpr std::string_view of(ProbeState state) const {
    switch (state) {
      case ProbeState::pass:
        return good;
      case ProbeState::fail:
        return bad;
      case ProbeState::warn:
      case ProbeState::error:
        return doubtful;
      case ProbeState::skip:
        break;
    }
    return faint;
  }
};

inline std::string painted(std::string_view text, std::string_view paint) {
  if (paint.empty()) return std::string(text);
  return std::string(paint) + std::string(text) + std::string(kResetPaint);
}

}  // namespace assay::reports
