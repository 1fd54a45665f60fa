// The list of backends: its order, and what is said of an entry that cannot be taken.
#include "engine/ops/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gram::ops {
namespace {

using ::testing::HasSubstr;

TEST(BackendTest, NamesAreUniqueAndTheReferenceIsLast) {
  std::set<std::string> names;
  for (const Backend& backend : AllBackends()) {
    EXPECT_TRUE(names.insert(backend.name).second) << backend.name;
  }
  EXPECT_STREQ(AllBackends().back().name, "scalar");
  EXPECT_EQ(&ReferenceBackend(), &AllBackends().back());
  EXPECT_TRUE(ReferenceBackend().cpu_suits({}));
  EXPECT_TRUE(ReferenceBackend().Suits(DType::kF32));
}

TEST(BackendTest, AutoIsTheFirstThatFits) {
  const auto available = AvailableBackends();
  EXPECT_EQ(*ChooseBackend("auto", DType::kBf16), available.front());
  EXPECT_EQ((*ChooseBackend("auto", DType::kF32))->kernels->activations, DType::kF32);
  for (const DType weights : {DType::kBf16, DType::kF32}) {
    EXPECT_FALSE((*ChooseBackend("auto", weights))->by_name_only);
  }
}

// On a CPU with AMX, too, where oneDNN's kernels are faster than ours.
TEST(BackendTest, OneDnnIsTakenByNameAlone) {
  for (const Backend& backend : AllBackends()) {
    EXPECT_EQ(backend.by_name_only, std::string(backend.name).starts_with("onednn"))
        << backend.name;
  }
}

TEST(BackendTest, ANameIsExactlyThatEntry) {
  for (const Backend* backend : AvailableBackends()) {
    EXPECT_EQ(*ChooseBackend(backend->name, DType::kBf16), backend);
  }
}

TEST(BackendTest, SaysWhyAnEntryCannotBeTaken) {
  const Status unknown = ChooseBackend("sse9", DType::kBf16).status();
  EXPECT_EQ(unknown.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(unknown.message(), HasSubstr("unknown ISA 'sse9'; this CPU can run "));
  const auto available = AvailableBackends();
  for (const Backend& backend : AllBackends()) {
    const bool here = std::find(available.begin(), available.end(), &backend) != available.end();
    const Status absent = ChooseBackend(backend.name, DType::kBf16).status();
    EXPECT_EQ(absent.ok(), here) << backend.name;
    if (here && backend.kernels->activations == DType::kF32) continue;
    const Status status = ChooseBackend(backend.name, DType::kF32).status();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << backend.name;
    EXPECT_THAT(status.message(),
                HasSubstr(here ? "this model's weights are f32" : "is not available: this CPU has"))
        << backend.name;
  }
}

}  // namespace
}  // namespace gram::ops
