// Backends and threads from outside: rows of two backends never get into one file, and no setting
// of OpenMP, nor what CPUs and threads the program gets, changes a byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class BackendCliTest : public ::testing::Test {
 protected:
  BackendCliTest() {
    std::string rows;
    for (int i = 1; i <= 6; ++i) {
      rows += R"({"question":"How much is 2 + 2?","response1":"It is )" + std::to_string(i) +
              R"(.","response2":"four"})" + "\n";
    }
    testing::WriteBytes(input_, rows);
  }

  std::vector<std::string> Score(const std::string& isa, std::vector<std::string> more) const {
    std::vector<std::string> args = {"score", "--model", model_,  "--input",
                                     input_,  "--quiet", "--isa", isa};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

  /// Runs it in an environment of which `words` is the beginning of the command line.
  static CliResult RunIn(std::vector<std::string> words, const std::vector<std::string>& args) {
    words.emplace_back(GRAM_CPU_BINARY);
    words.insert(words.end(), args.begin(), args.end());
    return RunProgram(std::move(words));
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
  std::string input_ = folder_ / "in.jsonl";
};

TEST_F(BackendCliTest, OpenMpSettingsChangeNothing) {
  for (const std::string& isa : Isas()) {
    const std::string expected = RunCli(Score(isa, {"--threads", "1"})).out;
    ASSERT_NE(expected, "");
    for (const char* setting : {"OMP_DYNAMIC=true", "OMP_THREAD_LIMIT=1", "OMP_MAX_ACTIVE_LEVELS=0",
                                "OMP_NUM_THREADS=7", "OMP_PROC_BIND=true"}) {
      const CliResult result = RunIn({"/usr/bin/env", setting}, Score(isa, {"--threads", "3"}));
      EXPECT_EQ(result.exit_code, 0) << result.err;
      EXPECT_EQ(result.err, "");
      EXPECT_EQ(result.out, expected) << isa << ' ' << setting;
    }
  }
}

TEST_F(BackendCliTest, OneCpuForManyThreadsChangesNothing) {
  if (!std::filesystem::exists("/usr/bin/taskset")) GTEST_SKIP() << "needs taskset (util-linux)";
  for (const std::string& isa : Isas()) {
    const std::string expected = RunCli(Score(isa, {"--threads", "1"})).out;
    const CliResult result = RunIn({"/usr/bin/taskset", "0x1"}, Score(isa, {"--threads", "9"}));
    if (result.err.find("taskset") != std::string::npos) GTEST_SKIP() << result.err;
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, expected) << isa;
  }
}

#if !defined(GRAM_SANITIZED)
// Stacks of 1 GB in an address space of 6 GB: no more than five threads.
TEST_F(BackendCliTest, ThreadsThatAreNotGrantedAreToldAndChangeNothing) {
  const std::string expected = RunCli(Score("auto", {"--threads", "1"})).out;
  const CliResult result =
      RunIn({"/bin/sh", "-c", "ulimit -s 1048576 && ulimit -v 6291456 && exec \"$0\" \"$@\""},
            Score("auto", {"--threads", "40"}));
  if (result.err.find("ulimit") != std::string::npos) GTEST_SKIP() << result.err;
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("gram-cpu: the system started only "));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_EQ(result.out, expected);
}
#endif

// Every two of this machine's backends, avx512_bf16 and onednn_bf16 among them.
TEST_F(BackendCliTest, ARunIsNotResumedOnAnotherBackend) {
  const std::vector<std::string> isas = Isas();
  if (isas.size() < 2) GTEST_SKIP() << "this CPU has one backend";
  const std::string output = folder_ / "out.jsonl";
  for (const std::string& isa : isas) {
    ASSERT_EQ(RunCli(Score(isa, {"--output", output, "--force"})).exit_code, 0);
    for (const std::string& other : isas) {
      if (other == isa) continue;
      const CliResult result = RunCli(Score(other, {"--output", output, "--resume"}));
      EXPECT_EQ(result.exit_code, 1) << isa << ' ' << other;
      EXPECT_THAT(result.err, HasSubstr("isa is " + other + ", but was " + isa));
    }
  }
}

TEST_F(BackendCliTest, ShardsOfTwoBackendsAreNotMerged) {
  const std::vector<std::string> isas = Isas();
  if (isas.size() < 2) GTEST_SKIP() << "this CPU has one backend";
  const std::string first = folder_ / "1.jsonl";
  const std::string second = folder_ / "2.jsonl";
  ASSERT_EQ(RunCli(Score(isas[0], {"--output", first, "--shard", "1/2"})).exit_code, 0);
  for (size_t i = 1; i < isas.size(); ++i) {
    ASSERT_EQ(RunCli(Score(isas[i], {"--output", second, "--shard", "2/2", "--force"})).exit_code,
              0);
    const CliResult result = RunCli({"merge", "--output", folder_ / "all.jsonl", first, second});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("isa is " + isas[i] + ", but was " + isas[0]));
  }
}

// One name, two kernels: what oneDNN takes on a CPU with AMX has other bits than elsewhere.
TEST_F(BackendCliTest, ShardsOfTwoOneDnnKernelsAreNotMerged) {
  const std::vector<std::string> isas = Isas();
  if (std::find(isas.begin(), isas.end(), "onednn_bf16") == isas.end()) {
    GTEST_SKIP() << "this CPU has no bf16 dot product";
  }
  std::vector<std::string> merge = {"merge", "--output", folder_ / "all.jsonl"};
  for (const char* shard : {"1/2", "2/2"}) {
    merge.push_back(folder_ / std::string(1, shard[0]));
    ASSERT_EQ(RunCli(Score("onednn_bf16", {"--output", merge.back(), "--shard", shard})).exit_code,
              0);
  }
  const std::string manifest = merge.back() + ".run.json";
  std::string text = testing::ReadBytes(manifest);
  const size_t kernel = text.find("brg:");
  ASSERT_NE(kernel, std::string::npos) << text;
  text.insert(kernel + 4, "another_");
  testing::WriteBytes(manifest, text);
  const CliResult result = RunCli(merge);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("library_kernel is oneDNN "), HasSubstr("another_")));
}

// The program on older processors of this kind, emulated: it starts, says what it can run there,
// touches no instruction beyond that (the emulator ends it if it does) and gives the same scores.
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
