// A system that refuses AMX's tiles: the program says so and runs on what comes next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;

class RefusedTilesCliTest : public ::testing::Test {
 protected:
  void SetUp() override {
#if !defined(GRAM_WITHOUT_TILES) || defined(GRAM_EMULATED)
    GTEST_SKIP() << "only x86-64 has tiles";
#endif
    const std::vector<std::string> isas = Isas();
    if (isas.front() != "amx_bf16") GTEST_SKIP() << "this CPU has no tiles to refuse";
  }
  static CliResult Run(std::vector<std::string> args, const std::string& input = "") {
#if defined(GRAM_WITHOUT_TILES)
    args.insert(args.begin(), {GRAM_WITHOUT_TILES, GRAM_CPU_BINARY});
#endif
    return RunProgram(std::move(args), input);
  }
};

TEST_F(RefusedTilesCliTest, VersionSaysSo) {
  const CliResult result = Run({"--version"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("amx_bf16 (refused by the system: Operation not permitted)\n"));
  EXPECT_THAT(result.out, HasSubstr("instruction sets: avx512_bf16 avx512 "));
  // The only CPUs with tiles are Intel's, whose f32 is faster than their dot product of bf16 pairs.
  EXPECT_THAT(result.out, HasSubstr("--isa auto takes avx512 for bf16 weights"));
}

TEST_F(RefusedTilesCliTest, ScoresAreThoseOfTheNextBackend) {
  const testing::TempDir folder;
  const std::string model = ConvertTiny(folder);
  const std::string input =
      R"({"id":"1","question":"What is two and two?","response1":"Four.","response2":"Five."})";
  const std::vector<std::string> args = {"score", "--model", model, "--input", "-"};
  std::vector<std::string> named = args;
  named.insert(named.end(), {"--isa", "avx512"});
  const CliResult refused = Run(args, input);
  EXPECT_EQ(refused.exit_code, 0) << refused.err;
  EXPECT_EQ(refused.out, RunCli(named, input).out);
  std::vector<std::string> asked = args;
  asked.insert(asked.end(), {"--isa", "amx_bf16"});
  const CliResult error = Run(asked, input);
  EXPECT_EQ(error.exit_code, 1);
  EXPECT_THAT(error.err, HasSubstr("amx_bf16 (refused by the system: Operation not permitted)"));
}

}  // namespace
}  // namespace gram::cli
