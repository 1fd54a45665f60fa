// Runs a fuzz target on the files named, and on those in the folders named: where there is no
// libFuzzer.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/fuzz/fuzzing.h"
#include "tests/testing/temp_dir.h"

namespace {

std::vector<std::string> FilesIn(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::exists(argv[i])) {
      std::printf("%s is not there\n", argv[i]);
      return 1;
    }
    for (const std::string& file : FilesIn(argv[i])) {
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);  // the last line before a crash is to name its input
      const std::string bytes = gram::testing::ReadBytes(file);
      // Of exactly this size on the heap, so that a read beyond it is seen.
      const std::vector<uint8_t> input(bytes.begin(), bytes.end());
      LLVMFuzzerTestOneInput(input.data(), input.size());
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs == 0 ? 1 : 0;  // a corpus that is not found is no corpus that passes
}
