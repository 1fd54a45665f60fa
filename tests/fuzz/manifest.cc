// One or two shard outputs, each as manifest and lines, with "%%%%" between them. Holds: a manifest
// that is read says the same when it was written again; shards are merged into all their lines, or
// refused, and then there is no output.
#include <algorithm>
#include <atomic>
#include <filesystem>

#include "jobs/run/manifest.h"
#include "jobs/run/merge.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/testing/temp_dir.h"

namespace gram::fuzz {
namespace {

void CheckManifest(std::string_view json) {
  const auto manifest = jobs::ParseManifest(json, "FILE");
  if (!manifest.ok()) return CheckRefusal(manifest.status(), "FILE");
  const std::string written = ManifestJson(*manifest);
  const auto again = jobs::ParseManifest(written, "FILE");
  CheckOk(again.status(), "a manifest that was written can be read");
  Check(ManifestJson(*again) == written, "a manifest says the same when it was written again");
}

auto CountLines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  gram::jobs::MergeOptions options;
  options.output = ScratchPath("merged");
  std::ptrdiff_t lines = 0;
  for (const std::string name : {"one", "two"}) {
    const std::string manifest(input.Part());
    if (manifest.empty()) break;
    const std::string text = std::string(input.Part()) + "\n";
    CheckManifest(manifest);
    WriteScratch(name + ".run.json", manifest);
    options.shards.push_back(WriteScratch(name, text));
    lines += CountLines(text);
  }
  gram::jobs::RunObserver observer;
  const std::atomic<bool> never = false;
  const auto end = gram::jobs::Merge(options, observer, never);
  if (!end.ok()) {
    CheckRefusal(end.status(), "");
    Check(!std::filesystem::exists(options.output), "shards that are refused give no output");
    return 0;
  }
  const std::string merged = gram::testing::ReadBytes(options.output);
  Check(CountLines(merged) == lines, "merged shards are all their lines");
  std::filesystem::remove(options.output);
  std::filesystem::remove(options.output + ".run.json");
  return 0;
}
