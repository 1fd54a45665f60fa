#include "cli/output/model_output.h"

#include <filesystem>
#include <system_error>

#include "engine/base/status.h"

namespace gram::cli {

void AddChatOverride(CLI::App& app, convert::ChatOverride& chat) {
  app.add_option("--template-prefix", chat.prefix,
                 "text before the user message, in place of the chat template's")
      ->type_name("TEXT");
  app.add_option("--template-suffix", chat.suffix,
                 "text after it, up to where the verdict begins, likewise")
      ->type_name("TEXT");
  app.add_option("--template-no-thinking", chat.no_thinking,
                 "text that follows the suffix when thinking is off, likewise")
      ->type_name("TEXT");
}

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

convert::ProgressCallback ShowTensors(Progress& progress) {
  return [&progress](const convert::PackProgress& state) {
    const uint64_t total = state.total_bytes == 0 ? 1 : state.total_bytes;
    progress.Show("tensor " + std::to_string(state.tensor) + " of " +
                  std::to_string(state.tensors) + ", " + std::to_string(state.bytes * 100 / total) +
                  " %");
  };
}

}  // namespace gram::cli
