#include "reports/check_words.h"

#include "reports/plain_text.h"

namespace assay::reports {

std::string class_of(const Check& check) {
  std::string group(check.group);
  if (check.probe != nullptr) group += "." + one_line(check.probe->kind);
  return group;
}

std::string message_of(const Check& check) {
  const std::string& words = check.brief.empty() ? check.sentence : check.brief;
  switch (check.colour()) {
    case CheckColour::red:
      return check.state == CheckState::fail ? words : std::string(name(check.state)) + ": " + words;
    case CheckColour::yellow:
      if (check.state == CheckState::inconclusive) return "inconclusive, does not block: " + words;
      return "warning: " + words;
    case CheckColour::green:
    case CheckColour::grey:
      break;
  }
  return words;
}

std::string verdict_word(const RunRecord& record) {
  return record.verdict ? std::string(name(record.verdict->grade)) : "unjudged";
}

}  // namespace assay::reports
