#include "cli/demo_model.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "cli/exit.h"
#include "engine/base/status.h"

namespace gram::cli {
namespace {

constexpr const char* kFile = "demo.gram";
constexpr const char* kHowToConvert =
    "for real verdicts download a GRAM checkpoint such as NiuTrans/GRAM-Qwen3-1.7B-RewardModel, "
    "then: gram-cpu convert GRAM-Qwen3-1.7B-RewardModel M.gram, and give --model M.gram";

/// Where the demo model may lie, best first: in share/ of the folder that the running program was
/// installed to, wherever that is now and through whatever link it was started; in share/ beside
/// the program, as in a build tree; in the folder that the build was configured for.
std::vector<std::string> DemoModelPlaces() {
  std::vector<std::string> places;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path folder = program.parent_path();
    places.push_back((folder / GRAM_DATA_FROM_BIN / kFile).lexically_normal());
    places.push_back(folder / "share/gram-cpu" / kFile);
  }
  places.push_back(std::filesystem::path(GRAM_DATA_DIR) / kFile);
  return places;
}

}  // namespace

Result<std::string> ModelOrDemo(const std::string& model) {
  const bool unnamed = model.empty();
  if (!unnamed && model != kDemoModelName) return model;
  std::error_code ignored;
  if (!unnamed && std::filesystem::exists(kDemoModelName, ignored)) {
    Say("--model demo is the toy that comes with gram-cpu; for the file of that name here, give "
        "--model ./demo");
  }
  std::string looked_at;
  for (const std::string& place : DemoModelPlaces()) {
    std::error_code error;
    if (std::filesystem::is_regular_file(place, error)) {
      if (unnamed)
        Say("no --model: the demo model judges, a toy (for a real one see gram-cpu convert "
            "--help)");
      return place;
    }
    looked_at += (looked_at.empty() ? "" : ", ") + place;
  }
  return NotFound("the demo model is not installed (looked for " + looked_at + "); " +
                  kHowToConvert);
}

}  // namespace gram::cli
