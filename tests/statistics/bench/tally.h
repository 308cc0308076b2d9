// Counts of what happened in the runs of one cell, by name.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rivals/answer.h"

namespace assay::statistics {

class Tally {
 public:
  void count(const std::string& what, bool happened) { counts_[what] += happened ? 1 : 0; }
  // "WHO:pass" and "WHO:fail"; what is neither is the rest.
  void answer(std::string_view who, Answer answer) {
    count(std::string(who) + ":pass", answer == Answer::pass);
    count(std::string(who) + ":fail", answer == Answer::fail);
  }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  std::uint64_t of(const std::string& what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace assay::statistics
