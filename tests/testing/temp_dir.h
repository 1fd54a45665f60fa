// A folder of its own for one test, gone when the test ends.
#ifndef GRAM_TESTS_TESTING_TEMP_DIR_H_
#define GRAM_TESTS_TESTING_TEMP_DIR_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace gram::testing {

class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "gram-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) == nullptr ? std::string() : name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// Names in the folder, sorted by the file system alone.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  std::string path_;
};

/// Where files are in memory, if there is such a place: for tests that sync thousands of times.
inline std::filesystem::path MemoryFolder() {
  std::error_code error;
  const bool there = std::filesystem::is_directory("/dev/shm", error);
  return there ? "/dev/shm" : std::filesystem::temp_directory_path();
}

inline std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Replaces rather than overwrites: some file systems write a truncated file to disk at once, which
/// would make tests slow, and a file that is mapped stays as it was.
inline void WriteBytes(const std::string& path, std::string_view bytes) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_TEMP_DIR_H_
