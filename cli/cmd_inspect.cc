// `gram-cpu inspect` and `gram-cpu verify`: what a packed model holds, and whether every byte is as
// it was written.
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/exit.h"
#include "gram/version.h"
#include "tools/convert/verify.h"

namespace gram::cli {
namespace {

constexpr const char* kInspectExamples =
    "  gram-cpu inspect M.gram\n"
    "  gram-cpu inspect M.gram --json\n\n"
    "Reads only the metadata; gram-cpu verify reads everything.\n";

struct InspectOptions {
  std::string file;
  bool json = false;
};

int RunInspect(const InspectOptions& options) {
  const Result<std::string> description =
      options.json ? convert::DescribeJson(options.file) : convert::DescribeText(options.file);
  if (!description.ok()) return Fail(description.status());
  std::string text = *description;
  if (!text.ends_with('\n')) text += '\n';
  if (!options.json) {
    text += "instruction sets of this machine:";
    for (const std::string& name : AvailableIsas()) text += " " + name;
    text += "\n";
  }
  return Print(text);
}

constexpr const char* kVerifyExamples =
    "  gram-cpu verify M.gram\n\n"
    "Reads the whole file and names every damaged tensor; the exit code is 1 if there is one.\n";

int RunVerify(const std::string& path) {
  const Result<convert::VerifyReport> report = convert::Verify(path);
  if (!report.ok()) return Fail(report.status());
  for (const std::string& problem : report->problems) Say(problem);
  if (!report->problems.empty()) return kExitFailed;
  return Print(path + ": sound (" + std::to_string(report->tensors) + " tensors, " +
               std::to_string(report->bytes) + " bytes)\n");
}

}  // namespace

Command AddInspect(CLI::App& root) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* app = AddVerb(root, "inspect", "show what a packed model contains", kInspectExamples);
  app->add_option("FILE", options->file, "packed model")->required()->type_name("");
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options] { return RunInspect(*options); }};
}

Command AddVerify(CLI::App& root) {
  auto file = std::make_shared<std::string>();
  CLI::App* app =
      AddVerb(root, "verify", "check every checksum of a packed model", kVerifyExamples);
  app->add_option("FILE", *file, "packed model")->required()->type_name("");
  return {app, [file] { return RunVerify(*file); }};
}

}  // namespace gram::cli
