// The only place that reads argv, the environment and terminals, and the last one that sees an exception.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "cli/command_line.h"

namespace {

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

assay::cli::ScreenSize size_of_terminal(assay::cli::Stream stream) {
  winsize size{};
  const int descriptor = stream == assay::cli::Stream::out ? STDOUT_FILENO : STDERR_FILENO;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

}  // namespace

int main(int argc, char** argv) {
  const assay::cli::Context context{.arguments = std::vector<std::string>(argv + 1, argv + argc),
                                    .environment = environment,
                                    .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                    .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                    .size_of_terminal = size_of_terminal,
                                    .out = std::cout,
                                    .err = std::cerr};
  try {
    return static_cast<int>(assay::cli::run_command_line(context));
  } catch (const std::exception& error) {
    std::cerr << "assay: internal error: " << error.what() << '\n';
    return static_cast<int>(assay::cli::ExitCode::internal);
  }
}
