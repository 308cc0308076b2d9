// The grammar of HTTP field values, for every kind that judges them: lists, directives, ages. What servers
// send is data: whatever it is, it is read as far as it goes and the rest is named as a problem.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "client/ask.h"

namespace assay::probes {

// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);
// A name as HTTP allows it: letters, digits and a few signs, at least one.
bool is_token(std::string_view text);
// What stands between separators outside double quotes, trimmed; empty parts are left out.
std::vector<std::string> split_list(std::string_view text, char separator);

struct Directive {
  std::string name;                  // lower case
  std::optional<std::string> value;  // without its quotes
};

struct Directives {
  std::vector<Directive> items;  // in order
  std::string problem;           // the first part that is no directive; empty: there is none

  const Directive* find(std::string_view name) const;  // the first; null: there is none
  std::size_t count(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
};
// "max-age=60, private" with ',', "max-age=60; preload" with ';'.
Directives parse_directives(std::string_view text, char separator);

// The members of the lists in all headers of that name, in order.
std::vector<std::string> list_members(const client::HttpAnswer& answer, std::string_view name);
// Whether one of them is `token`, in whatever case.
bool lists(const client::HttpAnswer& answer, std::string_view name, std::string_view token);

// A number of seconds, digits only. What exceeds 68 years counts as so many (RFC 9111, 1.2.2).
std::optional<Nanos> parse_seconds(std::string_view text);

// For a fact's `observed`: the value, all values where there are several, or "absent".
std::string shown_header(const client::HttpAnswer& answer, std::string_view name);
// "/missing (404)": which answer a fact is about.
std::string shown_place(std::string_view path, const client::HttpAnswer& answer);

}  // namespace assay::probes
