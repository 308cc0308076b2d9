// Sentences as lines of a terminal: broken between words where its width is known, with what leads them and
// where they come from. Pure functions.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/palette.h"

namespace assay::reports {

struct TextForm {
  std::size_t columns = 0;  // 0: a line may be of any length
  Palette palette;
};

struct Paragraph {
  std::string first = "  ";     // what its first line begins with
  std::size_t indent = 4;       // of the others
  std::string lead = {};        // begins the text: "■ fail:"
  std::string text = {};        // whoever wrote it
  std::string place = {};       // ends the text: "gate.yaml:41:5"
  std::string_view paint = {};  // of the lead, or where there is none of everything
  std::size_t most = 3;         // lines; of what is longer the end is missing, but not the place
};

std::vector<std::string> lines_of(const Paragraph& paragraph, const TextForm& form);

// "  soundness  ● 9,809 iterations started": a name of at most ten letters and what it is.
Paragraph fact(std::string_view label, std::string text, std::string_view paint = {});

// A line that is as long as it may be.
std::string cut_to(const TextForm& form, const std::string& line);

}  // namespace assay::reports
