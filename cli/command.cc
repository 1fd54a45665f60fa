#include "cli/command.h"

#include "cli/exit.h"
#include "gram/version.h"
#include "jobs/parquet/parquet.h"

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

std::string ParquetText() {
  const std::string library = jobs::ParquetLibrary();
  return "Parquet: " + (library.empty() ? "not in this build" : library);
}

}  // namespace

CLI::App* AddVerb(CLI::App& root, const std::string& name, const std::string& description,
                  const std::string& examples) {
  CLI::App* app = root.add_subcommand(name, description);
  app->footer("Examples:\n" + examples + "\n" + std::string(kExitCodesHelp));
  return app;
}

std::vector<Command> DefineCommandLine(CLI::App& root) {
  root.name("gram-cpu");
  root.description(kAbout);
  root.set_version_flag("--version", [] {
    return "gram-cpu " + Version() + "\n" + IsaText() + "\n" + ParquetText();
  });
  root.require_subcommand(1);
  root.footer("gram-cpu VERB --help (or gram-cpu help VERB) explains a verb.\n\n" +
              std::string(kExitCodesHelp));
  return {AddScore(root),    AddFilter(root),  AddRank(root),      AddMerge(root),
          AddEval(root),     AddReport(root),  AddCalibrate(root), AddAudit(root),
          AddTokenize(root), AddConvert(root), AddInspect(root),   AddVerify(root),
          AddSynth(root),    AddBench(root),   AddSelfTest(root)};
}

}  // namespace gram::cli
