#include "match/secret_forms.h"

#include <algorithm>
#include <set>
#include <utility>

#include "match/text_template.h"

namespace assay::match {
namespace {

// "%2F" as "%2f".
std::string with_small_percents(std::string text) {
  for (std::size_t at = text.find('%'); at != std::string::npos && at + 2 < text.size();
       at = text.find('%', at + 1))
    for (std::size_t i = at + 1; i <= at + 2; ++i)
      if (text[i] >= 'A' && text[i] <= 'F') text[i] = static_cast<char>(text[i] - 'A' + 'a');
  return text;
}

// "/" as "\\/", as some writers of JSON have it.
std::string with_escaped_slashes(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  return escaped;
}

}  // namespace

std::vector<std::string> secret_forms(const std::vector<config::SecretSpec>& secrets) {
  std::set<std::string> distinct;
  for (const config::SecretSpec& secret : secrets) {
    for (const Encoding encoding :
         {Encoding::plain, Encoding::header, Encoding::url_component, Encoding::json_string}) {
      std::string form;
      append_encoded({secret.value, false}, encoding, form);
      if (form.empty()) continue;
      distinct.insert(with_small_percents(form));
      distinct.insert(with_escaped_slashes(form));
      distinct.insert(std::move(form));
    }
  }
  std::vector<std::string> forms(distinct.begin(), distinct.end());
  std::stable_sort(forms.begin(), forms.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return forms;
}

}  // namespace assay::match
