// Any bytes as a gate file: the reader must return a gate or errors that can be shown, and nothing else. The
// first byte decides whether the file is called .yaml or .json.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/gate_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  if (size == 0) return 0;
  constexpr std::string_view kSecret = "the-secret-of-the-fuzzer";
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (text.find("file") != std::string::npos) return 0;  // secrets from files would read this machine
  const bool secret = text.starts_with("secrets: [TOKEN]\n") && text.find(kSecret) == std::string::npos;
  config::ReadOptions options;
  options.environment = [&](std::string_view name) -> std::optional<std::string> {
    return name == "TOKEN" ? std::optional<std::string>(kSecret) : std::nullopt;
  };
  const char* path = data[0] % 2 == 0 ? "gate.yaml" : "gate.json";
  const auto gate = config::read_gate(std::make_shared<const SourceFile>(path, std::move(text)), options);
  if (gate) return 0;
  const std::string shown = gate.error().render(true);
  if (shown.empty() || (secret && shown.find(kSecret) != std::string::npos)) std::abort();
  return 0;
}
