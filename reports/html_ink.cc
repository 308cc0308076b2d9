#include "reports/html_ink.h"

#include <fmt/format.h>

#include <array>

namespace assay::reports {
namespace {

struct InkForm {
  std::string_view name, colour;  // of the class, and on a white page
};

// Blue and vermilion of Okabe and Ito: told apart by every kind of colour vision.
constexpr std::array<InkForm, 7> kInks = {{{"cand", "#c04a00"},
                                           {"base", "#0072b2"},
                                           {"good", "#1a7f37"},
                                           {"bad", "#b3261e"},
                                           {"doubt", "#8a5a00"},
                                           {"muted", "#6e7781"},
                                           {"strong", "currentColor"}}};

const InkForm& form_of(Ink ink) { return kInks[static_cast<std::size_t>(ink)]; }

}  // namespace

std::string_view name(Ink ink) { return form_of(ink).name; }

Ink ink_of(Arm arm) { return arm == Arm::candidate ? Ink::candidate : Ink::baseline; }

Ink ink_of(Grade grade) {
  if (grade == Grade::pass) return Ink::good;
  return grade == Grade::inconclusive ? Ink::doubtful : Ink::bad;
}

Ink ink_of(FindingState state) {
  switch (state) {
    case FindingState::pass:
      return Ink::good;
    case FindingState::fail:
    case FindingState::invalid:
      return Ink::bad;
    case FindingState::inconclusive:
    case FindingState::insufficient:
      return Ink::doubtful;
    case FindingState::info:
      break;
  }
  return Ink::muted;
}

Ink ink_of(ProbeState state) {
  constexpr std::array<Ink, 5> kOf = {Ink::good, Ink::doubtful, Ink::bad, Ink::doubtful, Ink::muted};
  return kOf[static_cast<std::size_t>(state)];
}

Attributes stroked(Ink ink, double width) {
  return {{"class", fmt::format("s-{}", name(ink))},
          {"stroke", std::string(form_of(ink).colour)},
          {"stroke-width", coordinate(width)},
          {"fill", "none"}};
}

Attributes filled(Ink ink) {
  return {{"class", fmt::format("f-{}", name(ink))}, {"fill", std::string(form_of(ink).colour)}};
}

std::string_view dash_of(Arm arm) { return arm == Arm::candidate ? "7 3" : ""; }

Markup state_words(Ink ink, std::string_view shape, std::string_view word) {
  return element("span", {{"class", fmt::format("state t-{}", name(ink))}},
                 element("span", {{"aria-hidden", "true"}}, text(shape)) + text(" ") + text(word));
}
Markup state_words(FindingState state) { return state_words(ink_of(state), shape_of(state), name(state)); }
Markup state_words(ProbeState state) { return state_words(ink_of(state), shape_of(state), name(state)); }

std::string percent(double share) { return coordinate(share * 100) + "%"; }

std::string coordinate(double value) {
  std::string digits = fmt::format("{:.2f}", value);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits == "-0" ? "0" : digits;
}

Attributes joined(Attributes first, const Attributes& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace assay::reports
