#include "cli/command.h"

#include <csignal>
#include <exception>
#include <new>

#include "cli/cut_file.h"
#include "gram/version.h"

namespace gram::cli {
namespace {

constexpr const char* kAbout =
    "gram-cpu judges pairs of answers with a generative reward model, on a CPU.";

int ReportParseError(CLI::App& root, const CLI::ParseError& error) {
  // --help and --version arrive as errors, too; they print to standard output.
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return root.exit(error);
  const std::vector<CLI::App*> verbs = root.get_subcommands();
  if (!verbs.empty()) return FailUsage(verbs.front()->get_name(), error.what());
  const std::vector<std::string> rest = root.remaining();
  return FailUsage("",
                   rest.empty() ? "no verb given" : "there is no verb or option " + rest.front());
}

int ParseAndRun(int argc, char** argv) {
  CLI::App root;
  const std::vector<Command> commands = DefineCommandLine(root);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ReportParseError(root, error);
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  return kExitUsage;
}

}  // namespace

std::vector<Command> DefineCommandLine(CLI::App& root) {
  root.name("gram-cpu");
  root.description(kAbout);
  root.set_version_flag("--version", [] {
    return "gram-cpu " + Version() + "\ninstruction sets: " + AvailableIsaNames();
  });
  root.require_subcommand(1);
  root.footer("gram-cpu VERB --help tells more about a verb.\n\n" + std::string(kExitCodesHelp));
  return {AddScore(root),    AddFilter(root),  AddRank(root),    AddMerge(root),
          AddTokenize(root), AddConvert(root), AddInspect(root), AddVerify(root),
          AddSynth(root),    AddBench(root),   AddSelfTest(root)};
}

CLI::App* AddVerb(CLI::App& root, const std::string& name, const std::string& description,
                  const std::string& examples) {
  CLI::App* app = root.add_subcommand(name, description);
  app->footer("Examples:\n" + examples + "\n" + std::string(kExitCodesHelp));
  return app;
}

int Run(int argc, char** argv) {
  // A closed pipe is to be an error of the write that met it.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a file that may not grow on (ulimit -f).
  std::signal(SIGXFSZ, SIG_IGN);
  ReportCutFiles();
  try {
    return ParseAndRun(argc, argv);
  } catch (const std::bad_alloc&) {
    Say("out of memory; give the process more");
  } catch (const std::exception& error) {
    Say(std::string("internal error: ") + error.what());
  }
  return kExitFailed;
}

}  // namespace gram::cli
