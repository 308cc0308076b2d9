#include <CLI/CLI.hpp>
#include <ostream>
#include <utility>

#include "cli/command.h"
#include "cli/interrupts.h"
#include "demo/target_file.h"
#include "demo/target_server.h"
#include "demo/target_spec.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

using demo::TargetOptions;

std::string check_stall(const std::string& text) {
  auto stall = demo::parse_stall(text);
  return stall ? "" : std::move(stall).error();
}

std::string check_listen(const std::string& text) {
  TargetOptions ignored;
  return demo::set_listen(ignored, text);
}

// The file's settings first, then the command line's on top.
class DemoTargetCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("--file", file_, "Read settings from a YAML or JSON file first")->type_name("FILE");
    parser.add_option("--listen", listen_, "Where to listen; port 0 takes a free one")
        ->check(check_listen, "")
        ->type_name("ADDRESS:PORT")
        ->default_str("127.0.0.1:0");
    parser.add_option("--path", paths_, "Behaviour of a path: 'PATTERN=LATENCY KEY=VALUE ...'; repeatable")
        ->allow_extra_args(false)
        ->type_name("SPEC");
    parser.add_option("--stall", stall_, "Stop answering for the last LENGTH of every PERIOD")
        ->check(check_stall, "")
        ->type_name("LENGTH/PERIOD");
    parser.add_option("--log", log_, "Write what the server saw of each request to this file (CSV)")
        ->type_name("FILE");
    parser.add_option("--seed", seed_, "Reproduces latencies and faults")
        ->type_name("NUMBER")
        ->default_str(std::to_string(TargetOptions{}.seed));
    parser.add_flag("--allow-remote", allow_remote_, "Accept an address that is not loopback");
    declare_tls(parser);
  }

  ExitCode execute(const Context& context) override {
    std::optional<TargetOptions> options = file_options(context);
    if (!options || !add_paths(context, *options)) return ExitCode::usage;
    add_settings(*options);

    Interrupts interrupts;  // before the server's thread, which inherits the blocked signals
    auto server = demo::TargetServer::start(*std::move(options));
    if (!server) {
      context.err << "assay: " << server.error().message() << '\n';
      return ExitCode::invalid;
    }
    context.out << server.value()->url() << std::endl;  // scripts wait for this line
    const int signal = interrupts.wait();
    server.value()->stop();
    if (const auto& error = server.value()->log_error()) {
      context.err << "assay: " << error->message() << '\n';
      return ExitCode::invalid;
    }
    return interrupted_exit(signal);
  }

 private:
  void declare_tls(CLI::App& parser) {
    CLI::Option* tls =
        parser.add_flag("--tls", tls_, "Speak TLS, with a certificate made at start unless one is given");
    CLI::Option* certificate =
        parser.add_option("--cert", certificate_, "Certificate chain (PEM)")->type_name("FILE")->needs(tls);
    CLI::Option* key =
        parser.add_option("--key", key_, "Its private key (PEM)")->type_name("FILE")->needs(tls);
    certificate->needs(key);
    key->needs(certificate);
    parser.add_option("--ca-out", ca_out_, "Write the authority of a made certificate here")
        ->type_name("FILE")
        ->needs(tls);
    parser.add_option("--flaw", flaw_, "What is wrong with a made certificate")
        ->check(CLI::IsMember({"none", "expired", "wrong-name"}).description(""))
        ->type_name("none|expired|wrong-name")
        ->needs(tls);
  }

  std::optional<TargetOptions> file_options(const Context& context) const {
    if (file_.empty()) return TargetOptions{};
    const Expected<std::string, SystemError> text = store::read_file(file_);
    if (!text) {
      context.err << "assay: " << text.error().message() << '\n';
      return std::nullopt;
    }
    auto options = demo::parse_target_file(file_, text.value());
    if (options) return std::move(options).value();
    context.err << options.error().render(context.err_in_colour());
    return std::nullopt;
  }

  bool add_paths(const Context& context, TargetOptions& options) const {
    for (const std::string& text : paths_) {
      auto path = demo::parse_path(text);
      if (!path) {
        context.err << path.error().render(context.err_in_colour());
        return false;
      }
      options.paths.push_back(std::move(path).value());
    }
    return true;
  }

  // The parser has checked their form.
  void add_settings(TargetOptions& options) const {
    if (!listen_.empty()) demo::set_listen(options, listen_);
    if (!stall_.empty()) options.stall = demo::parse_stall(stall_).value();
    if (!log_.empty()) options.log = log_;
    if (seed_) options.seed = *seed_;
    if (allow_remote_) options.allow_remote = true;
    if (!tls_) return;
    using Flaw = demo::TlsOptions::Flaw;
    const Flaw flaw = flaw_ == "expired"      ? Flaw::expired
                      : flaw_ == "wrong-name" ? Flaw::wrong_name
                                              : Flaw::none;
    options.tls = demo::TlsOptions{certificate_, key_, ca_out_, flaw};
  }

  std::string file_, listen_, stall_, log_, certificate_, key_, ca_out_;
  std::string flaw_ = "none";
  std::vector<std::string> paths_;
  std::optional<std::uint64_t> seed_;
  bool allow_remote_ = false, tls_ = false;
};

}  // namespace

std::unique_ptr<Command> make_demo_target_command() { return std::make_unique<DemoTargetCommand>(); }

}  // namespace assay::cli
