// What the writer and the reader of a manifest have to agree on.
#ifndef GRAM_JOBS_RUN_MANIFEST_NAMES_H_
#define GRAM_JOBS_RUN_MANIFEST_NAMES_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace gram::jobs {

inline constexpr int64_t kManifestVersion = 1;

/// By RunState.
inline constexpr std::array<std::string_view, 3> kStateNames = {"running", "interrupted",
                                                                "complete"};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_MANIFEST_NAMES_H_
