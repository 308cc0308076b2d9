// The world as commands see it. main() fills it and is the only place that reads argv, the environment and
// isatty; tests fill it with what they like. Outlives every command.
#pragma once
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

struct Context {
  std::vector<std::string> arguments;  // without the program's name
  std::function<std::optional<std::string>(std::string_view)> environment;
  bool out_is_terminal = false, err_is_terminal = false;
  std::ostream& out;  // results
  std::ostream& err;  // progress and errors

  bool out_in_colour() const { return out_is_terminal && !environment("NO_COLOR"); }
  bool err_in_colour() const { return err_is_terminal && !environment("NO_COLOR"); }
};

}  // namespace assay::cli
