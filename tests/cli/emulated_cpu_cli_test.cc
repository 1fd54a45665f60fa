// The program on older processors of this kind, emulated: it starts, says what it can run there,
// touches no instruction beyond that (the emulator ends it if it does) and gives the same scores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;

struct Cpu {
  const char* name;
  const char* fastest;
  const char* isas;
  const char* lacks;
};

// What a failure message shows of a parameter: no addresses.
void PrintTo(const Cpu& cpu, std::ostream* out) { *out << cpu.name; }

class EmulatedCpuCliTest : public ::testing::TestWithParam<Cpu> {
 protected:
  void SetUp() override {
#if !defined(GRAM_EMULATED_BINARY)
    GTEST_SKIP() << "needs an emulator of this processor (Debian: qemu-user), without sanitizers";
#endif
  }
  static CliResult RunEmulated(std::vector<std::string> args, const std::string& input = "") {
#if defined(GRAM_EMULATED_BINARY)
    const std::vector<std::string> words = {
        "/usr/bin/env", std::string("QEMU_CPU=") + GetParam().name, GRAM_EMULATED_BINARY};
    args.insert(args.begin(), words.begin(), words.end());
#endif
    return RunProgram(std::move(args), input);
  }
};

TEST_P(EmulatedCpuCliTest, SaysWhatItCanRun) {
  const CliResult result = RunEmulated({"--version"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(std::string("instruction sets: ") + GetParam().isas + "\n"));
}

TEST_P(EmulatedCpuCliTest, ScoresHaveTheBitsOfThisMachineOnTheSameIsa) {
  const testing::TempDir folder;
  const std::string model = ConvertTiny(folder);
  const std::string input =
      R"({"id":"frog","question":"What is the Russian word for frog?","response1":"лягушка","response2":"жаба"})";
  const std::vector<std::string> args = {"score", "--model", model, "--input", "-"};
  std::vector<std::string> native = args;
  native.insert(native.end(), {"--isa", GetParam().fastest});
  const CliResult expected = RunCli(native, input);
  if (expected.err.find("is not available") != std::string::npos) {
    GTEST_SKIP() << "this machine has no " << GetParam().fastest << " to compare with";
  }
  ASSERT_EQ(expected.exit_code, 0) << expected.err;
  const CliResult emulated = RunEmulated(args, input);
  EXPECT_EQ(emulated.exit_code, 0) << emulated.err;
  EXPECT_EQ(emulated.out, expected.out);
}

TEST_P(EmulatedCpuCliTest, AnIsaItLacksIsAnError) {
  const testing::TempDir folder;
  const CliResult result = RunEmulated(
      {"score", "--model", ConvertTiny(folder), "--input", "-", "--isa", GetParam().lacks}, "{}");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr(std::string("ISA ") + GetParam().lacks +
                                    " is not available: this CPU has "));
  EXPECT_EQ(result.out, "");
}

#if defined(__aarch64__)
constexpr Cpu kCpus[] = {{"cortex-a72", "neon", "neon scalar", "neon_bf16"}};
#else
constexpr Cpu kCpus[] = {{"Nehalem", "scalar", "scalar", "avx2"},
                         {"Haswell", "avx2", "avx2 scalar", "avx512"}};
#endif

INSTANTIATE_TEST_SUITE_P(Cpus, EmulatedCpuCliTest, ::testing::ValuesIn(kCpus), [](const auto& cpu) {
  std::string name = cpu.param.name;
  std::erase(name, '-');  // of which GoogleTest's names have none
  return name;
});

}  // namespace
}  // namespace gram::cli
