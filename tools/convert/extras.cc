#include "tools/convert/extras.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace gram::convert {
namespace {

namespace fs = std::filesystem;

// What a trainer keeps for going on: no part of the model.
constexpr std::string_view kTraining[] = {"optimizer", "scheduler",     "scaler",
                                          "rng_state", "training_args", "trainer_state"};

bool IsWeightFile(std::string_view name) {
  for (const std::string_view ending :
       {".safetensors", ".bin", ".pt", ".pth", ".gguf", ".h5", ".msgpack", ".onnx"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

bool IsAdapter(std::string_view name, bool folder) {
  if (name == "adapter_config.json") return true;
  if (folder) return name == "adapter" || name == "adapters" || name == "lora";
  return IsWeightFile(name) && (name.starts_with("adapter") || name.find("lora") != name.npos);
}

bool IsTraining(std::string_view name) {
  return std::any_of(std::begin(kTraining), std::end(kTraining),
                     [name](std::string_view known) { return name.starts_with(known); });
}

}  // namespace

Result<Extras> FindExtras(const std::string& folder, const std::vector<std::string>& read) {
  Extras extras;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool used = std::find(read.begin(), read.end(), folder + "/" + name) != read.end();
    if (used) continue;
    if (IsAdapter(name, it->is_directory(ignored))) {
      extras.adapters.push_back(name);
    } else if (IsWeightFile(name) && !IsTraining(name)) {
      extras.other_weights.push_back(name);
    }
  }
  if (error) return IoError("cannot read folder " + folder + ": " + error.message());
  std::sort(extras.adapters.begin(), extras.adapters.end());
  std::sort(extras.other_weights.begin(), extras.other_weights.end());
  return extras;
}

Status CheckAdapters(const std::string& folder, const Extras& extras, bool ignore) {
  if (extras.adapters.empty() || ignore) return {};
  return Unsupported(
      folder + "/" + extras.adapters[0] +
      ": an adapter (LoRA) lies beside the weights; transformers would apply it, gram-cpu "
      "does not. Merge it first (peft: PeftModel.from_pretrained(model, " +
      "folder).merge_and_unload(), then save_pretrained), or convert the weights without it with "
      "--ignore-adapter");
}

}  // namespace gram::convert
