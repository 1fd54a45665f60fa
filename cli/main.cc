// gram-cpu: reads the command line and runs its verb.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/signals.h"
#include "cli/usage.h"

namespace gram::cli {
namespace {

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

int Run(int argc, char** argv) {
  HandleSignals();
  try {
    return ParseAndRun(argc, argv);
  } catch (const std::bad_alloc&) {
    Say("out of memory; give the process more memory");
  } catch (const std::exception& error) {
    Say(std::string("internal error: ") + error.what());
  }
  return kExitFailed;
}

}  // namespace
}  // namespace gram::cli

int main(int argc, char** argv) { return gram::cli::Run(argc, argv); }
