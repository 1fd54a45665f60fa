// The verbs of gram-cpu: each adds its options to the command line and can run.
#ifndef GRAM_CLI_COMMAND_H_
#define GRAM_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace gram::cli {

/// One verb. `run` is called after the command line has been read, where `app->parsed()`; it
/// returns the exit code.
struct Command {
  CLI::App* app;
  std::function<int()> run;
};

Command AddScore(CLI::App& root);
Command AddRank(CLI::App& root);
Command AddMerge(CLI::App& root);
Command AddFilter(CLI::App& root);
Command AddEval(CLI::App& root);
Command AddReport(CLI::App& root);
Command AddCalibrate(CLI::App& root);
Command AddAudit(CLI::App& root);
Command AddTokenize(CLI::App& root);
Command AddConvert(CLI::App& root);
Command AddInspect(CLI::App& root);
Command AddVerify(CLI::App& root);
Command AddSynth(CLI::App& root);
Command AddBench(CLI::App& root);
Command AddSelfTest(CLI::App& root);

/// Adds the verb `name` with its one-line description; `examples` go below the options in --help.
CLI::App* AddVerb(CLI::App& root, const std::string& name, const std::string& description,
                  const std::string& examples);

/// Makes `root` the whole command line: the program's own options and every verb.
std::vector<Command> DefineCommandLine(CLI::App& root);

}  // namespace gram::cli

#endif  // GRAM_CLI_COMMAND_H_
