#include "engine/base/link_target.h"

#include <filesystem>
#include <system_error>

namespace gram {

std::string LinkTarget(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int kMostLinks = 40;  // as many as Linux follows
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  if (const fs::path target = fs::canonical(path, error); !error) return target.string();
  // Nothing is there: the links are followed by hand.
  fs::path current = path;
  for (int i = 0; i < kMostLinks; ++i) {
    if (!fs::is_symlink(current, error)) return current.string();
    const fs::path target = fs::read_symlink(current, error);
    if (error) return path;
    current = current.parent_path() / target;  // an absolute target stands alone
  }
  return path;
}

}  // namespace gram
