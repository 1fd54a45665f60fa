// `gram-cpu convert` and `gram-cpu synth`: the verbs that write a packed model, from a Hugging Face
// checkpoint folder or with random weights.
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/progress.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "tools/convert/convert.h"

namespace gram::cli {
namespace {

constexpr const char* kConvertExamples =
    "  gram-cpu convert GRAM-Qwen3-1.7B-RewardModel gram-1.7b.gram\n"
    "  gram-cpu convert HF_DIR M.gram --dtype bf16\n\n"
    "HF_DIR holds config.json, model.safetensors (or its shards and index), tokenizer.json and\n"
    "tokenizer_config.json. M.gram appears only once it is complete.\n";

struct ConvertCommandOptions {
  convert::ConvertOptions convert;
  bool force = false;
};

constexpr const char* kSynthExamples =
    "  gram-cpu synth --preset qwen3-1.7b --tokenizer HF_DIR random-1.7b.gram\n\n"
    "For benchmarks and tests: the same preset and seed give the same weights everywhere. Their\n"
    "verdicts mean nothing.\n";

struct SynthCommandOptions {
  convert::SynthOptions synth;
  bool force = false;
};

void AddChatOverride(CLI::App& app, convert::ChatOverride& chat) {
  app.add_option("--template-prefix", chat.prefix,
                 "text before the user's message, instead of the chat template's")
      ->type_name("TEXT");
  app.add_option("--template-suffix", chat.suffix,
                 "text between the user's message and the verdict, instead of the chat template's")
      ->type_name("TEXT");
  app.add_option("--template-no-thinking", chat.no_thinking,
                 "text after the suffix when thinking is off, instead of the chat template's")
      ->type_name("TEXT");
  app.add_option("--template-between", chat.between,
                 "text between question and response, for a model that scores single responses")
      ->type_name("TEXT");
  app.add_option("--template-end", chat.end, "text after the response, for such a model")
      ->type_name("TEXT");
  app.add_flag("--template-trim", chat.trim, "cut white space off both ends of the messages");
}

// kInvalidArgument where `path` is a folder, or a file that holds something and `force` is false.
Status CheckModelOutput(const std::string& path, bool force) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return InvalidArgument("output " + path + " is a folder; name the file to write, such as " +
                           (std::filesystem::path(path) / "model.gram").string());
  }
  if (force || !std::filesystem::is_regular_file(path, ignored)) return {};
  if (std::filesystem::file_size(path, ignored) == 0) return {};
  return InvalidArgument("output " + path + " exists; choose another name or add --force");
}

// Shows each tensor on `progress`, which must outlive the callback.
convert::ProgressCallback ShowTensors(Progress& progress) {
  return [&progress](const convert::PackProgress& state) {
    const uint64_t total = state.total_bytes == 0 ? 1 : state.total_bytes;
    progress.Show("tensor " + std::to_string(state.tensor) + " of " +
                  std::to_string(state.tensors) + ", " + std::to_string(state.bytes * 100 / total) +
                  " %");
  };
}

int RunConvert(const ConvertCommandOptions& options) {
  const Status free = CheckModelOutput(options.convert.output, options.force);
  if (!free.ok()) return Fail(free);
  convert::ConvertOptions convert = options.convert;
  std::vector<std::string> notes;
  Status status;
  {
    Progress progress(true);
    convert.progress = ShowTensors(progress);
    convert.note = [&notes](const std::string& line) { notes.push_back(line); };
    status = convert::Convert(convert);
  }
  for (const std::string& note : notes) Say("note: " + note);
  return status.ok() ? kExitOk : Fail(status);
}

int RunSynth(const SynthCommandOptions& options) {
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

Command AddConvert(CLI::App& root) {
  auto options = std::make_shared<ConvertCommandOptions>();
  CLI::App* app = AddVerb(root, "convert", "turn a Hugging Face checkpoint into a packed model",
                          kConvertExamples);
  app->add_option("HF_DIR", options->convert.folder, "checkpoint folder")
      ->required()
      ->type_name("");
  app->add_option("OUT", options->convert.output, "packed model to write")
      ->required()
      ->type_name("");
  AddChoice(*app, "--dtype", options->convert.dtype, convert::kDTypeNames,
            "type of the weights (default auto: bf16 if the source is bf16, else f32)");
  app->add_option(
         "--readout", options->convert.readout,
         "of a causal model, make a reward model that reads the logit of token T: token:T, "
         "or of T less that of U: token:T,U (ids or texts)")
      ->check(NotEmpty())
      ->type_name("token:T[,U]");
  AddChatOverride(*app, options->convert.chat);
  app->add_flag("--ignore-adapter", options->convert.ignore_adapter,
                "convert the weights without the adapter (LoRA) in their folder; OUT records that");
  app->add_flag("--force", options->force, "replace OUT if it exists");
  return {app, [options] { return RunConvert(*options); }};
}

Command AddSynth(CLI::App& root) {
  auto options = std::make_shared<SynthCommandOptions>();
  CLI::App* app = AddVerb(root, "synth", "write a model with random weights", kSynthExamples);
  std::vector<std::string> presets;
  for (const std::string_view preset : convert::SynthPresets()) presets.emplace_back(preset);
  app->add_option("--preset", options->synth.preset, "shape: " + Joined(presets, ", "))
      ->required()
      ->check(OneOf(presets))
      ->type_name("NAME");
  app->add_option("--tokenizer", options->synth.tokenizer_folder,
                  "folder that holds tokenizer.json and tokenizer_config.json")
      ->required()
      ->type_name("DIR");
  app->add_option("OUT", options->synth.output, "packed model to write")->required()->type_name("");
  app->add_option("--layers", options->synth.layers,
                  "layers, instead of the shape's own: to measure a model that does not fit")
      ->check(WholeNumber(1, 1024))
      ->type_name("N");
  app->add_option("--seed", options->synth.seed, "seed of the random weights (default 0)")
      ->check(WholeNumber(0, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  AddChatOverride(*app, options->synth.chat);
  app->add_flag("--force", options->force, "replace OUT if it exists");
  return {app, [options] { return RunSynth(*options); }};
}

}  // namespace gram::cli
