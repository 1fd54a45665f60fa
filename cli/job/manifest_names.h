// What the writer and the reader of a manifest have to agree on.
#ifndef GRAM_CLI_JOB_MANIFEST_NAMES_H_
#define GRAM_CLI_JOB_MANIFEST_NAMES_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace gram::cli {

inline constexpr int64_t kManifestVersion = 1;

/// By RunState.
inline constexpr std::array<std::string_view, 3> kStateNames = {"running", "interrupted",
                                                                "complete"};

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_MANIFEST_NAMES_H_
