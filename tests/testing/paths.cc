#include "tests/testing/paths.h"

#include <cstdlib>

namespace gram::testing {

std::string SourcePath(const std::string& name) {
  return std::string(GRAM_SOURCE_DIR) + "/" + name;
}

std::string GoldenPath(const std::string& name) { return SourcePath("tests/golden/" + name); }

std::string SharedPath(const std::string& name) {
  const char* folder = std::getenv("GRAM_SHARED_DIR");
  return (folder != nullptr ? std::string(folder) : SourcePath("../shared")) + "/" + name;
}

}  // namespace gram::testing
