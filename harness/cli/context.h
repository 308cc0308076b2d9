// The world as commands see it. main() fills it and is the only place that reads argv, the environment and
// terminals; tests fill it with what they like. Outlives every command.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

struct ScreenSize {
  std::size_t columns = 0, rows = 0;  // 0: not known

  bool operator==(const ScreenSize&) const = default;
};

enum class Stream : std::uint8_t { out, err };
enum class ColourChoice : std::uint8_t { automatic, always, never };

struct Context {
  std::vector<std::string> arguments;  // without the program's name
  std::function<std::optional<std::string>(std::string_view)> environment;
  bool out_is_terminal = false, err_is_terminal = false;
  std::function<ScreenSize(Stream)> size_of_terminal = {};  // now; it can change
  ColourChoice colour = ColourChoice::automatic;
  std::ostream& out;  // results
  std::ostream& err;  // progress and errors

  // Colour: the user's choice, else NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, else whether it is a terminal
  // that knows colours.
  bool in_colour(Stream stream) const;
  bool out_in_colour() const { return in_colour(Stream::out); }
  bool err_in_colour() const { return in_colour(Stream::err); }

  // False: a terminal whose locale is not UTF-8. Pipes and files always get UTF-8.
  bool in_utf8(Stream stream) const;

  // Of a terminal: what it says, else COLUMNS and LINES, else 80 and 24. Of pipes and files: not known.
  ScreenSize screen(Stream stream) const;

  // A pipeline's log. Its terminals are none that somebody looks at.
  bool in_pipeline() const { return is_set("CI"); }
  // Lines on standard error can be drawn again.
  bool err_redraws() const;
  // A terminal that breaks the lines that it shows anew when it becomes narrower, as nearly all do.
  bool terminal_reflows() const;

 private:
  bool is_terminal(Stream stream) const { return stream == Stream::out ? out_is_terminal : err_is_terminal; }
  std::string variable(std::string_view name) const;  // empty: not set
  bool is_set(std::string_view name) const;           // and neither "0" nor "false"
};

}  // namespace assay::cli
