// Export and import: runs move between stores as lines of text.
#include <CLI/CLI.hpp>
#include <ostream>
#include <vector>

#include "cli/baseline_commands.h"
#include "cli/store_choice.h"
#include "model/codec.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

class ExportCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", runs_, "Ids or names of stored runs; none: all of them")->type_name("");
    parser.add_option("--gate", gate_, "Only runs of the gate with this name")->type_name("NAME");
    parser.add_option("--out", out_, "The file to write")->type_name("FILE")->default_str("standard output");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    std::vector<StoredRun> chosen;
    for (const std::string& reference : runs_) {
      auto run = find_run(context, *store, reference);
      if (!run) return ExitCode::usage;
      chosen.push_back(*std::move(run));
    }
    if (runs_.empty()) {
      auto all = value_or_report(context, store->list({.gate = gate_}));
      if (!all) return ExitCode::invalid;
      chosen = *std::move(all);
    }
    return write(context, *store, chosen) ? ExitCode::pass : ExitCode::invalid;
  }

 private:
  // Run by run: results of soaks are large.
  bool write(const Context& context, store::BaselineStore& store, const std::vector<StoredRun>& runs) const {
    std::optional<SystemError> error;
    const auto produce = [&](const TextSink& sink) {
      for (const StoredRun& run : runs) {
        auto result = store.result_json(run.id);
        if (!result) {
          error = result.error();
          return false;
        }
        if (!sink(export_line({run, *result}))) return false;
      }
      return true;
    };
    const auto to_out = [&](std::string_view text) { return static_cast<bool>(context.out << text); };
    if (out_.empty()) {
      if (produce(to_out)) return true;
    } else {
      const auto written = store::write_file(out_, produce);
      if (written) return true;
      if (!error) error = written.error();
    }
    if (error) context.err << "assay: " << error->message() << '\n';
    return false;
  }

  std::vector<std::string> runs_;
  std::string gate_, out_;
  StoreChoice store_;
};

class ImportCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("FILE", file_, "What `assay baseline export` wrote")->required()->type_name("");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    const auto text = value_or_report(context, store::read_file(file_));
    if (!text) return ExitCode::usage;
    const auto runs = read_lines(context, *text);  // all of them before any is saved
    if (!runs) return ExitCode::usage;
    auto store = open_store(context, store_.location(context), store::Missing::create);
    if (!store) return ExitCode::invalid;
    std::size_t imported = 0;
    for (const ExportedRun& each : *runs) {
      const auto saved = value_or_report(context, store->save(each.run, each.result_json));
      if (!saved) return ExitCode::invalid;
      imported += *saved ? 1U : 0U;
    }
    context.err << "imported " << imported << " of " << runs->size() << " runs into " << store->shown()
                << (imported < runs->size() ? "; the others were there already\n" : "\n");
    return ExitCode::pass;
  }

 private:
  std::optional<std::vector<ExportedRun>> read_lines(const Context& context, std::string_view text) const {
    std::vector<ExportedRun> runs;
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      auto run = import_line(text.substr(0, end));
      const auto result = run ? from_json(run->result_json) : Unexpected(run.error());
      if (!result) {
        context.err << "assay: cannot import " << file_ << ":" << line << ": " << result.error()
                    << " (the line is damaged or not an export of assay; nothing was imported)\n";
        return std::nullopt;
      }
      runs.push_back(std::move(run).value());
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return runs;
  }

  std::string file_;
  StoreChoice store_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_export_command() { return std::make_unique<ExportCommand>(); }
std::unique_ptr<Command> make_baseline_import_command() { return std::make_unique<ImportCommand>(); }

}  // namespace assay::cli
