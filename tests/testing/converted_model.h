// The committed tiny checkpoint as a packed file, and how tests compare what engines make of it.
#ifndef GRAM_TESTS_TESTING_CONVERTED_MODEL_H_
#define GRAM_TESTS_TESTING_CONVERTED_MODEL_H_

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>

#include "gram/judge.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tools/convert/convert.h"

namespace gram::testing {

/// tests/golden/tiny-tied, converted; the file is gone with the object.
class ConvertedModel {
 public:
  ConvertedModel() {
    convert::ConvertOptions options;
    options.folder = GoldenPath("tiny-tied");
    options.output = path_;
    const Status status = convert::Convert(options);
    EXPECT_TRUE(status.ok()) << status.message();
  }

  const std::string& path() const { return path_; }
  const TempDir& folder() const { return folder_; }

  Judge Open(const JudgeOptions& options = {}) const {
    auto judge = Judge::Open(path_, options);
    EXPECT_TRUE(judge.ok()) << judge.status().message();
    return std::move(judge).value();
  }

 private:
  TempDir folder_;
  std::string path_ = folder_ / "tiny.gram";
};

inline bool SameBits(const Verdict& a, const Verdict& b) {
  for (size_t i = 0; i < 2; ++i) {
    if (std::memcmp(&a.orders[i].logit_a, &b.orders[i].logit_a, sizeof(float)) != 0) return false;
    if (std::memcmp(&a.orders[i].logit_b, &b.orders[i].logit_b, sizeof(float)) != 0) return false;
  }
  return a.score_response1 == b.score_response1;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_CONVERTED_MODEL_H_
