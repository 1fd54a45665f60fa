// The list of backends: its order, and what is said of an entry that cannot be taken.
#include "engine/ops/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
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
  EXPECT_EQ((*ChooseBackend("auto", DType::kF32))->kernels->activations, DType::kF32);
  const CpuFeatures cpu = DetectCpuFeatures();
  for (const Backend* backend : AvailableBackends()) {
    if (!backend->for_auto(cpu)) continue;
    EXPECT_EQ(*ChooseBackend("auto", DType::kBf16), backend);
    break;
  }
}

TEST(BackendTest, OneDnnIsTakenByNameAlone) {
  for (const Backend& backend : AllBackends()) {
    if (!std::string(backend.name).starts_with("onednn")) continue;
    EXPECT_FALSE(backend.for_auto({})) << backend.name;
  }
}

#if defined(__x86_64__)
// By what a CPU says of itself, this one or another.
TEST(BackendTest, AutoKnowsWhichCpusAreFastAtWhat) {
  const auto taken = [](const CpuFeatures& cpu) {
    return std::string((*ChooseBackend("auto", DType::kBf16, cpu))->name);
  };
  CpuFeatures cpu{.avx2 = true, .avx512 = true, .avx512_bf16 = true};
  EXPECT_EQ(taken(cpu), "avx512_bf16");  // Zen 4
  cpu.intel = true;
  EXPECT_EQ(taken(cpu), "avx512");  // Cooper Lake
  cpu.amx_refused = EPERM;
  EXPECT_EQ(taken(cpu), "avx512");  // Sapphire Rapids in a container that forbids tiles
  EXPECT_THAT(ChooseBackend("amx_bf16", DType::kBf16, cpu).status().message(),
              HasSubstr("amx_bf16 (refused by the system: Operation not permitted)"));
  cpu.amx_refused = 0;
  cpu.amx_bf16 = true;
  EXPECT_EQ(taken(cpu), "amx_bf16");
  EXPECT_EQ(taken({.avx2 = true}), "avx2");
  EXPECT_EQ(taken({}), "scalar");
}
#endif

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
