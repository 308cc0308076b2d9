// Inks of charts and the shapes that go with them. SVG gets its colour twice: as an attribute, which no
// content policy can take away, and as a class, by which the style sheet suits it to a dark page. A meaning
// never rests on colour alone: arms differ by their dash, states by their shape and their word.
#pragma once
#include <string>
#include <string_view>

#include "model/arm.h"
#include "model/probe_result.h"
#include "model/verdict.h"
#include "reports/html_markup.h"
#include "reports/shapes.h"

namespace assay::reports {

enum class Ink : unsigned char { candidate, baseline, good, bad, doubtful, muted, strong };
std::string_view name(Ink ink);  // "cand": in classes, and of the style sheet's variable

Ink ink_of(Arm arm);
Ink ink_of(Grade grade);
Ink ink_of(FindingState state);
Ink ink_of(ProbeState state);

Attributes stroked(Ink ink, double width);
Attributes filled(Ink ink);

// The candidate is dashed, the baseline solid. Empty: solid.
std::string_view dash_of(Arm arm);

// "■ fail", in its ink.
Markup state_words(Ink ink, std::string_view shape, std::string_view word);
Markup state_words(FindingState state);
Markup state_words(ProbeState state);

// Coordinates: "12.5%" of 0.125, and numbers without needless digits.
std::string percent(double share);
std::string coordinate(double value);

// Attributes one after the other.
Attributes joined(Attributes first, const Attributes& more);

}  // namespace assay::reports
