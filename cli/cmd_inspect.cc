// `gram-cpu inspect`: what a packed file holds.
#include <memory>

#include "cli/command.h"
#include "gram/version.h"
#include "jobs/io/files.h"
#include "tools/convert/verify.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu inspect M.gram\n"
    "  gram-cpu inspect M.gram --json\n\n"
    "Reads the metadata only; gram-cpu verify reads everything.\n";

struct Options {
  std::string file;
  bool json = false;
};

int RunInspect(const Options& options) {
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
  const Status written = jobs::WriteStandardOutput(text);
  return written.ok() ? kExitOk : Fail(written);
}

}  // namespace

Command AddInspect(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app = AddVerb(root, "inspect", "show what a packed model holds", kExamples);
  app->add_option("FILE", options->file, "packed model")->required();
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options] { return RunInspect(*options); }};
}

}  // namespace gram::cli
