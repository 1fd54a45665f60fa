#include "cli/command.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>
#include <vector>

#include "cli/cut_file.h"
#include "cli/usage_error.h"
#include "gram/version.h"

namespace gram::cli {
namespace {

constexpr const char* kAbout =
    "gram-cpu judges pairs of answers with a generative reward model, on a CPU.";

std::string IsaText() {
  std::string text = "CPU: " + CpuFeatureText() + "\ninstruction sets:";
  for (const std::string& name : AvailableIsas()) text += " " + name;
  return text + "\n--isa auto takes " + AutoIsa(/*bf16_weights=*/true) + " for bf16 weights, " +
         AutoIsa(/*bf16_weights=*/false) + " for f32 weights";
}

// "help", "help VERB" and "VERB help" are what people type who have not read --help yet. A file
// named help is not hidden by it.
std::vector<std::string> HelpAsOption(std::vector<std::string> words) {
  constexpr const char* kHelp = "help";
  if (words.empty() || words.size() > 2) return words;
  std::error_code ignored;
  if (words.front() == kHelp) {
    words.erase(words.begin());
  } else if (words.back() == kHelp && !std::filesystem::exists(kHelp, ignored)) {
    words.pop_back();
  } else {
    return words;
  }
  words.emplace_back("--help");
  return words;
}

int ReportParseError(CLI::App& root, const CLI::ParseError& error) {
  // --help and --version arrive as errors, too; they print to standard output.
  const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
  if (asked && root.remaining().empty()) return root.exit(error);
  const UsageError usage = ExplainUsage(root, error);
  return FailUsage(usage.verb, usage.message);
}

int ParseAndRun(int argc, char** argv) {
  CLI::App root;
  const std::vector<Command> commands = DefineCommandLine(root);
  try {
    std::vector<std::string> words = HelpAsOption({argv + std::min(argc, 1), argv + argc});
    std::reverse(words.begin(), words.end());  // as the parser wants them
    root.parse(std::move(words));
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
  root.set_version_flag("--version", [] { return "gram-cpu " + Version() + "\n" + IsaText(); });
  root.require_subcommand(1);
  root.footer("gram-cpu VERB --help (or gram-cpu help VERB) tells more about a verb.\n\n" +
              std::string(kExitCodesHelp));
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
  // A closed pipe is for the write that met it to deal with: on standard output it ends the program
  // quietly, a run whose output is a file does not care.
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
