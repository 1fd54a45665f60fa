// Where a symbolic link leads, whether or not anything is there yet.
#ifndef GRAM_ENGINE_BASE_LINK_TARGET_H_
#define GRAM_ENGINE_BASE_LINK_TARGET_H_

#include <string>

namespace gram {

/// The file that writing to `path` would write to: where `path` is a link, what it leads to, over
/// any number of links. `path` itself where it is none, or where links lead in a circle. Whoever
/// renames a new file over the result replaces the file and not the link.
std::string LinkTarget(const std::string& path);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_LINK_TARGET_H_
