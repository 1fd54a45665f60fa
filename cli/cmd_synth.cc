// `gram-cpu synth`: random weights in the shape of a real model.
#include <cstdint>
#include <limits>
#include <memory>

#include "cli/command.h"
#include "cli/option_checks.h"
#include "cli/output/model_output.h"
#include "tools/convert/convert.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu synth --preset qwen3-1.7b --tokenizer HF_DIR random-1.7b.gram\n\n"
    "For benchmarks and tests: the same preset and seed give the same file everywhere, and its\n"
    "verdicts mean nothing.\n";

struct Options {
  convert::SynthOptions synth;
  bool force = false;
};

int RunSynth(const Options& options) {
  const Status free = CheckModelOutput(options.synth.output, options.force);
  if (!free.ok()) return Fail(free);
  convert::SynthOptions synth = options.synth;
  Status status;
  {
    Progress progress(true);
    synth.progress = ShowTensors(progress);
    status = convert::Synthesize(synth);
  }
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

Command AddSynth(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app = AddVerb(root, "synth", "write a model with random weights", kExamples);
  std::vector<std::string> presets;
  std::string names;
  for (const std::string_view preset : convert::SynthPresets()) {
    presets.emplace_back(preset);
    names += (names.empty() ? "" : ", ") + std::string(preset);
  }
  app->add_option("--preset", options->synth.preset, "shape: " + names)
      ->required()
      ->check(OneOf(presets))
      ->type_name("NAME");
  app->add_option("--tokenizer", options->synth.tokenizer_folder,
                  "folder that holds tokenizer.json and tokenizer_config.json")
      ->required()
      ->type_name("DIR");
  app->add_option("OUT", options->synth.output, "packed model to write")->required();
  app->add_option("--seed", options->synth.seed, "another seed gives other weights (default 0)")
      ->check(WholeNumber(0, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  AddChatOverride(*app, options->synth.chat);
  app->add_flag("--force", options->force, "replace OUT if it exists");
  return {app, [options] { return RunSynth(*options); }};
}

}  // namespace gram::cli
