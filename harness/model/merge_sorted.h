// The union of two ascending lists: entries with the same key are put together. Private to model.
#pragma once
#include <utility>
#include <vector>

namespace assay {

template <class T, class Key, class Combine>
void merge_sorted(std::vector<T>& into, const std::vector<T>& part, Key key, Combine combine) {
  std::vector<T> merged;
  merged.reserve(into.size() + part.size());
  auto left = into.begin();
  auto right = part.begin();
  while (left != into.end() && right != part.end()) {
    if (key(*right) < key(*left)) {
      merged.push_back(*right++);
      continue;
    }
    merged.push_back(std::move(*left++));
    if (key(merged.back()) == key(*right)) combine(merged.back(), *right++);
  }
  merged.insert(merged.end(), std::make_move_iterator(left), std::make_move_iterator(into.end()));
  merged.insert(merged.end(), right, part.end());
  into = std::move(merged);
}

}  // namespace assay
