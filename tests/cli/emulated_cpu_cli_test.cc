// The program on processors older than this one, emulated: it starts, says what it can run there,
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
};

// Parameters become part of a test's name, which is not to hold addresses.
void PrintTo(const Cpu& cpu, std::ostream* out) { *out << cpu.name; }

class EmulatedCpuCliTest : public ::testing::TestWithParam<Cpu> {
 protected:
  void SetUp() override {
#if !defined(GRAM_QEMU)
    GTEST_SKIP() << "needs qemu-x86_64 (Debian: qemu-user) on x86-64, without sanitizers";
#endif
  }
  static CliResult RunEmulated(std::vector<std::string> args, const std::string& input = "") {
#if defined(GRAM_QEMU)
    const std::vector<std::string> emulator = {GRAM_QEMU, "-cpu", GetParam().name, GRAM_CPU_BINARY};
    args.insert(args.begin(), emulator.begin(), emulator.end());
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
      {"score", "--model", ConvertTiny(folder), "--input", "-", "--isa", "avx512"}, "{}");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("ISA avx512 is not available: this CPU has "));
  EXPECT_EQ(result.out, "");
}

INSTANTIATE_TEST_SUITE_P(Cpus, EmulatedCpuCliTest,
                         ::testing::Values(Cpu{"Nehalem", "scalar", "scalar"},
                                           Cpu{"Haswell", "avx2", "avx2 scalar"}),
                         [](const auto& cpu) { return std::string(cpu.param.name); });

}  // namespace
}  // namespace gram::cli
