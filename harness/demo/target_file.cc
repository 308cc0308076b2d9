#include "demo/target_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "demo/target_spec.h"

namespace assay::demo {
namespace {

template <class Number>
std::string set_number(Number& target, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::string{} : "a whole number is wanted here";
}

std::string set_flaw(TlsOptions& tls, std::string_view text) {
  const std::map<std::string_view, TlsOptions::Flaw> flaws{{"none", TlsOptions::Flaw::none},
                                                           {"expired", TlsOptions::Flaw::expired},
                                                           {"wrong-name", TlsOptions::Flaw::wrong_name}};
  const auto found = flaws.find(text);
  if (found == flaws.end()) return "known flaws are none, expired and wrong-name";
  tls.flaw = found->second;
  return {};
}

std::string set_bool(bool& target, std::string_view text) {
  if (text != "true" && text != "false") return "write true or false";
  target = text == "true";
  return {};
}

// Walks the document once. Every reader below reports and goes on, so that one look shows all mistakes.
class TargetFile {
 public:
  TargetFile(const std::string& path, const std::string& text)
      : file_(std::make_shared<const SourceFile>(path, text)) {}

  Expected<TargetOptions, ConfigErrors> read() {
    try {
      read_document(YAML::Load(file_->text()));
    } catch (const YAML::Exception& error) {
      report(error.mark, 1, error.msg, "this is not valid YAML");
    }
    errors_.sort();
    if (!errors_.empty()) return Unexpected(std::move(errors_));
    return std::move(options_);
  }

 private:
  using Reader = std::function<void(const YAML::Node&)>;
  using Readers = std::map<std::string_view, Reader>;
  using Setter = std::function<std::string(std::string_view)>;

  void report(const YAML::Mark& mark, std::size_t length, std::string title, std::string hint = {}) {
    const std::size_t begin = mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos);
    const std::size_t size = file_->text().size();
    errors_.add({file_, std::min(begin, size), std::min(begin + length, size)}, std::move(title),
                std::move(hint));
  }
  void report(const YAML::Node& node, std::string title, std::string hint = {}) {
    report(node.Mark(), node.IsScalar() ? node.Scalar().size() : 1, std::move(title), std::move(hint));
  }

  Reader scalar(Setter set) {
    return [this, set = std::move(set)](const YAML::Node& node) {
      if (!node.IsScalar()) return report(node, "a single value is wanted here");
      if (auto why = set(node.Scalar()); !why.empty()) report(node, std::move(why));
    };
  }

  static Setter keep(std::string& target) {
    return [&target](std::string_view text) {
      target = text;
      return std::string{};
    };
  }

  void read_map(const YAML::Node& node, std::string_view what, const Readers& readers) {
    if (!node.IsMap()) return report(node, std::string(what) + " must be a map of settings");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
      const auto reader = readers.find(key);
      if (reader == readers.end()) {
        report(entry.first, "unknown key \"" + key + "\" in " + std::string(what), nearest(key, readers));
      } else if (!seen.insert(key).second) {
        report(entry.first, "\"" + key + "\" is there twice");
      } else {
        reader->second(entry.second);
      }
    }
  }

  static std::string nearest(const std::string& key, const Readers& readers) {
    std::vector<std::string_view> names;
    for (const auto& [name, reader] : readers) names.push_back(name);
    return did_you_mean(key, names);
  }

  void read_document(const YAML::Node& document) {
    if (document.IsNull()) return;  // an empty file: the defaults
    read_map(document, "a target file",
             {{"listen", scalar([this](std::string_view text) { return set_listen(options_, text); })},
              {"allow_remote",
               scalar([this](std::string_view text) { return set_bool(options_.allow_remote, text); })},
              {"seed", scalar([this](std::string_view text) { return set_number(options_.seed, text); })},
              {"stall", scalar([this](std::string_view text) { return read_stall(text); })},
              {"log", scalar(keep(options_.log))},
              {"tls", [this](const YAML::Node& node) { read_tls(node); }},
              {"paths", [this](const YAML::Node& node) { read_paths(node); }}});
  }

  std::string read_stall(std::string_view text) {
    auto stall = parse_stall(text);
    if (!stall) return std::move(stall).error();
    options_.stall = *stall;
    return {};
  }

  void read_tls(const YAML::Node& node) {
    TlsOptions& tls = options_.tls.emplace();
    read_map(node, "tls",
             {{"certificate", scalar(keep(tls.certificate))},
              {"key", scalar(keep(tls.key))},
              {"ca_out", scalar(keep(tls.ca_out))},
              {"flaw", scalar([&tls](std::string_view text) { return set_flaw(tls, text); })}});
    if (tls.certificate.empty() != tls.key.empty()) report(node, "certificate and key belong together");
  }

  void read_paths(const YAML::Node& node) {
    if (!node.IsMap()) return report(node, "paths must be a map from path to settings");
    for (const auto& entry : node) {
      PathOptions path;
      path.pattern = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
      if (!path.pattern.starts_with('/')) report(entry.first, "a path must start with /");
      read_path(entry.second, path);
      options_.paths.push_back(std::move(path));
    }
  }

  void read_path(const YAML::Node& node, PathOptions& path) {
    Readers readers;
    for (const PathSetting& setting : path_settings()) {
      readers.emplace(setting.name,
                      scalar([&setting, &path](std::string_view text) { return setting.apply(path, text); }));
    }
    // A path with a latency and nothing else needs no map.
    node.IsScalar() ? readers.at("latency")(node) : read_map(node, "a path", readers);
  }

  std::shared_ptr<const SourceFile> file_;
  TargetOptions options_;
  ConfigErrors errors_;
};

}  // namespace

std::string set_listen(TargetOptions& options, std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return "a ] is missing";
  options.address = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const std::string_view rest = text.substr(bracketed ? end + 1 : end);
  if (rest.empty()) return {};
  if (!rest.starts_with(':') || !set_number(options.port, rest.substr(1)).empty()) {
    return "write ADDRESS:PORT, for example 127.0.0.1:8080 or [::1]:8080";
  }
  return {};
}

Expected<TargetOptions, ConfigErrors> parse_target_file(const std::string& path, const std::string& text) {
  return TargetFile(path, text).read();
}

}  // namespace assay::demo
