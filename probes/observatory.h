// A grade for the headers of one answer, in the manner of MDN's HTTP Observatory: 100 points, a penalty for
// what is missing, and a bonus for what is better than asked where the rest is good. Its tests of the
// redirect from http, of CORS and of scripts' hashes need more than one answer and are not part of it; the
// kinds `redirect` and `cors` see to the first two.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"

namespace assay::probes {

struct Score {
  struct Modifier {
    int points = 0;
    std::string_view why;
  };
  int points = 0;
  std::vector<Modifier> modifiers;  // that are not 0; bonuses also where they do not count

  std::string_view grade() const;  // "B+"
  std::string shown() const;       // "C+ (60): content-security-policy is missing -25, ..."
};
Score score_headers(const client::HttpAnswer& answer, bool secure);

// From the best to the worst.
inline constexpr std::array<std::string_view, 13> kLetters{"A+", "A",  "A-", "B+", "B",  "B-", "C+",
                                                           "C",  "C-", "D+", "D",  "D-", "F"};
// The points that it takes.
int least_points(std::string_view grade);

}  // namespace assay::probes
