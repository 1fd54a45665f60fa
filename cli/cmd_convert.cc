// `gram-cpu convert`: a Hugging Face checkpoint folder becomes one packed file.
#include "cli/option_checks.h"
#include "tools/convert/convert.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output/model_output.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu convert GRAM-Qwen3-1.7B-RewardModel gram-1.7b.gram\n"
    "  gram-cpu convert HF_DIR M.gram --dtype bf16\n\n"
    "HF_DIR holds config.json, model.safetensors (or its shards and index), tokenizer.json and\n"
    "tokenizer_config.json. M.gram appears when it is complete, and not at all on an error.\n";

struct Options {
  convert::ConvertOptions convert;
  std::string dtype = "auto";
  bool force = false;
};

int RunConvert(const Options& options) {
  static const std::map<std::string, std::optional<DType>> kDTypes = {
      {"auto", std::nullopt}, {"bf16", DType::kBf16}, {"f32", DType::kF32}};
  const Status free = CheckModelOutput(options.convert.output, options.force);
  if (!free.ok()) return Fail(free);
  convert::ConvertOptions convert = options.convert;
  convert.dtype = kDTypes.at(options.dtype);
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

}  // namespace

Command AddConvert(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      AddVerb(root, "convert", "turn a Hugging Face checkpoint into a packed model", kExamples);
  app->add_option("HF_DIR", options->convert.folder, "checkpoint folder")->required();
  app->add_option("OUT", options->convert.output, "packed model to write")->required();
  app->add_option("--dtype", options->dtype,
                  "type of the weights (default auto: bf16 where the source is bf16, else f32)")
      ->check(OneOf({"auto", "bf16", "f32"}))
      ->type_name("NAME");
  AddChatOverride(*app, options->convert.chat);
  app->add_flag("--ignore-adapter", options->convert.ignore_adapter,
                "convert the weights without the adapter (LoRA) beside them; OUT records that");
  app->add_flag("--force", options->force, "replace OUT if it exists");
  return {app, [options] { return RunConvert(*options); }};
}

}  // namespace gram::cli
