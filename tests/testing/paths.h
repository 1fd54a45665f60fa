// Where tests find their data.
#ifndef GRAM_TESTS_TESTING_PATHS_H_
#define GRAM_TESTS_TESTING_PATHS_H_

#include <filesystem>
#include <string>

namespace gram::testing {

/// A file or folder of the project, named from its root.
std::string SourcePath(const std::string& name);

/// A committed file or folder below tests/golden/.
std::string GoldenPath(const std::string& name);

/// A path in the shared folder beside the project ($GRAM_SHARED_DIR, else ../shared), which a
/// checkout need not have: see GRAM_REQUIRE_SHARED.
std::string SharedPath(const std::string& name);

}  // namespace gram::testing

/// Skips the running test, with the reason, where the shared data is absent.
#define GRAM_REQUIRE_SHARED(name)                                                    \
  do {                                                                               \
    if (!std::filesystem::exists(::gram::testing::SharedPath(name)))                 \
      GTEST_SKIP() << "needs " << ::gram::testing::SharedPath(name) << ", not here"; \
  } while (false)

#endif  // GRAM_TESTS_TESTING_PATHS_H_
