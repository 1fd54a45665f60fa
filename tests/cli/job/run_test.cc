// How a run starts, goes on and ends: what is refused, what is redone, what is on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/job/durable_file.h"
#include "cli/job/output_lock.h"
#include "tests/cli/job/fake_job.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr int kRows = 1000;

class RunTest : public ::testing::Test {
 protected:
  RunTest() { testing::WriteBytes(folder_ / "in", FakeRows(kRows)); }

  FakeRun Make() { return MakeRun(folder_ / "in", output_); }

  FakeRun Resumed() {
    FakeRun run = Make();
    run.options.resume = true;
    return run;
  }

  // Leaves a run behind that was interrupted after `rows` rows or a few more.
  void Interrupt(FakeRun run, int64_t rows) {
    run.before_window = [rows](int64_t scored) {
      if (scored >= rows) ::raise(SIGTERM);
    };
    const Result<RunEnd> end = RunFake(run);
    ASSERT_TRUE(end.ok()) << end.status().message();
    ASSERT_FALSE(end->complete);
    ASSERT_TRUE(end->resumable);
    ASSERT_GE(end->totals.rows, rows);
    ASSERT_LT(end->totals.rows, kRows);
  }

  std::string Error(const FakeRun& run) {
    const Result<RunEnd> end = RunFake(run);
    EXPECT_FALSE(end.ok());
    return end.status().message();
  }

  std::string State() const {
    return nlohmann::json::parse(testing::ReadBytes(output_ + ".run.json"))["state"];
  }

  testing::TempDir folder_ = testing::TempDir(testing::MemoryFolder());
  std::string output_ = folder_ / "out";
};

TEST_F(RunTest, LeavesTheOutputAndItsManifestAndNothingElse) {
  const Result<RunEnd> end = RunFake(Make());
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_EQ(end->totals.failed.at("invalid_json"), kRows / 37);
  EXPECT_EQ(end->totals.failed.at("too_long"), kRows / 41);
  EXPECT_THAT(folder_.Names(), UnorderedElementsAre("in", "out", "out.run.json"));
  const auto manifest = nlohmann::json::parse(testing::ReadBytes(output_ + ".run.json"));
  EXPECT_EQ(manifest["state"], "complete");
  EXPECT_EQ(manifest["rows"], kRows);
  EXPECT_EQ(manifest["failed"]["too_long"], kRows / 41);
  EXPECT_EQ(manifest["totals"]["labelled"].get<int>() + manifest["totals"]["label_ties"].get<int>(),
            kRows - kRows / 37 - kRows / 41);
  EXPECT_EQ(manifest["inputs"][0]["bytes"], std::filesystem::file_size(folder_ / "in"));
}

TEST_F(RunTest, AnInterruptedRunGoesOnWhereItStopped) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  Interrupt(Make(), 300);
  EXPECT_EQ(State(), "interrupted");
  EXPECT_FALSE(std::filesystem::exists(output_));
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  EXPECT_EQ(journal, whole.substr(0, journal.size()));

  FakeRun run = Resumed();
  int64_t most = 0;
  run.before_window = [&](int64_t scored) { most = scored; };
  EXPECT_TRUE(RunFake(run)->complete);
  EXPECT_LE(most, kRows - 300) << "rows were scored twice";
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_FALSE(std::filesystem::exists(output_ + ".partial"));
}

TEST_F(RunTest, ATornJournalGoesOnWhereverItWasCut) {
  testing::WriteBytes(folder_ / "in", FakeRows(40));
  const std::string whole = WholeOutput(Make(), folder_.path());
  testing::WriteBytes(folder_ / "in", FakeRows(40));
  FakeRun run = Make();
  run.before_window = [](int64_t scored) {
    if (scored >= 10) ::raise(SIGINT);
  };
  ASSERT_FALSE(RunFake(run)->complete);
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  const std::string manifest = testing::ReadBytes(output_ + ".run.json");
  const size_t last = journal.rfind('\n', journal.size() - 2);
  const size_t last_but_one = journal.rfind('\n', last - 1);
  for (size_t cut = last_but_one; cut <= journal.size(); ++cut) {
    std::filesystem::remove(output_);
    testing::WriteBytes(output_ + ".partial", journal.substr(0, cut));
    testing::WriteBytes(output_ + ".run.json", manifest);
    ASSERT_TRUE(RunFake(Resumed()).ok());
    ASSERT_EQ(testing::ReadBytes(output_), whole) << "cut at " << cut;
    ASSERT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  }
}

TEST_F(RunTest, ResumeStartsWhereThereIsNothing) {
  EXPECT_TRUE(RunFake(Resumed())->complete);
  const Result<RunEnd> again = RunFake(Resumed());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->complete);
  EXPECT_TRUE(again->was_complete);
  EXPECT_EQ(again->totals.rows, kRows);
  EXPECT_EQ(again->totals.failed_rows(), kRows / 37 + kRows / 41);
}

TEST_F(RunTest, WhatIsThereIsNotTouchedUnasked) {
  for (const char* name : {"out", "out.partial", "out.run.json"}) {
    testing::WriteBytes(folder_ / name, "mine");
    EXPECT_THAT(Error(Make()), AllOf(StartsWith(folder_ / name + " exists"), HasSubstr("--resume"),
                                     HasSubstr("--force")));
    EXPECT_EQ(testing::ReadBytes(folder_ / name), "mine");
    EXPECT_THAT(folder_.Names(), UnorderedElementsAre("in", name));
    FakeRun forced = Make();
    forced.options.force = true;
    EXPECT_TRUE(RunFake(forced)->complete);
    for (const char* left : {"out", "out.run.json"}) std::filesystem::remove(folder_ / left);
  }
  testing::WriteBytes(output_, "");  // as mktemp makes it
  EXPECT_TRUE(RunFake(Make())->complete);
}

TEST_F(RunTest, ResumeRefusesWhatIsOfNoKnownRun) {
  testing::WriteBytes(output_, "mine");
  EXPECT_THAT(Error(Resumed()), HasSubstr("has no manifest"));
  std::filesystem::rename(output_, output_ + ".partial");
  EXPECT_THAT(Error(Resumed()), HasSubstr("has no manifest"));
  testing::WriteBytes(output_ + ".run.json", "{}");
  EXPECT_THAT(Error(Resumed()), HasSubstr("is no manifest"));
  EXPECT_EQ(testing::ReadBytes(output_ + ".partial"), "mine");
}

TEST_F(RunTest, ResumeRefusesAManifestWhoseRowsAreGone) {
  Interrupt(Make(), 100);
  std::filesystem::remove(output_ + ".partial");
  EXPECT_THAT(Error(Resumed()), AllOf(HasSubstr("neither"), HasSubstr("--force")));
}

TEST_F(RunTest, ResumeRefusesAnotherRun) {
  Interrupt(Make(), 100);
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  FakeRun run = Resumed();
  run.isa = "other";
  EXPECT_THAT(Error(run), HasSubstr("one file: isa is other, it was fake (--isa fake goes on); g"));
  run = Resumed();
  run.schema = "gram";
  EXPECT_THAT(Error(run), HasSubstr("schema is gram, it was gram-cpu"));
  run = Resumed();
  run.shard = {2, 3};
  EXPECT_THAT(Error(run), HasSubstr("shard is 2/3, it was 1/1"));
  run = Resumed();
  testing::WriteBytes(folder_ / "in2", FakeRows(10));
  run.inputs.push_back(folder_ / "in2");
  EXPECT_THAT(Error(run), HasSubstr("number of inputs is 2, it was 1"));
  testing::WriteBytes(folder_ / "in", FakeRows(kRows) + " ");
  EXPECT_THAT(Error(Resumed()), HasSubstr("bytes with checksum"));
  EXPECT_EQ(testing::ReadBytes(output_ + ".partial"), journal);
  EXPECT_EQ(State(), "interrupted");
}

TEST_F(RunTest, ACrashAroundTheLastRenameLeavesACompleteOutput) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  Interrupt(Make(), 100);
  // The output was renamed, its manifest not yet written, its journal not yet removed.
  testing::WriteBytes(output_, whole);
  const Result<RunEnd> end = RunFake(Resumed());
  ASSERT_TRUE(end.ok());
  EXPECT_TRUE(end->was_complete);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_FALSE(std::filesystem::exists(output_ + ".partial"));
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

TEST_F(RunTest, FailedRowsAreRedoneOnRequestAndOthersCopied) {
  FakeRun run = Make();
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  run.heals = false;
  ASSERT_TRUE(RunFake(run).ok());
  run.heals = true;
  run.options.resume = true;
  EXPECT_TRUE(RunFake(run)->was_complete) << "not asked to";
  run.options.retry_failed = true;
  int64_t scored = 0;
  run.before_window = [&](int64_t rows) { scored = rows; };
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_EQ(end->totals.failed_rows(), kRows / 37) << "these cannot heal";
  EXPECT_LE(scored, kRows / 41);
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_THAT(folder_.Names(),
              UnorderedElementsAre("in", "out", "out.run.json", "whole", "whole.run.json"));
}

TEST_F(RunTest, RedoingIsInterruptedAndGoesOn) {
  FakeRun run = Make();
  ASSERT_TRUE(RunFake(run).ok());
  const std::string before = testing::ReadBytes(output_);
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  run.options.retry_failed = true;
  run.before_window = [](int64_t scored) {
    if (scored >= 5) ::raise(SIGTERM);
  };
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_THAT(end->way_on, HasSubstr("--retry-failed"));
  EXPECT_TRUE(testing::ReadBytes(output_) == before);
  EXPECT_TRUE(RunFake(Resumed())->was_complete) << "the old output is as complete as before";
  int64_t most = 0;
  run.before_window = [&](int64_t scored) { most = scored; };
  EXPECT_TRUE(RunFake(run)->complete);
  EXPECT_LT(most, kRows / 41 - 4) << "redone twice";
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

TEST_F(RunTest, TwoProcessesDoNotWriteOneOutput) {
  Interrupt(Make(), 100);
  const Result<OutputLock> other = OutputLock::Acquire(output_ + ".lock", output_);
  ASSERT_TRUE(other.ok());
  FakeRun forced = Make();
  forced.options.force = true;
  for (const FakeRun& run : {Resumed(), forced}) {
    EXPECT_THAT(Error(run), AllOf(HasSubstr("another process (process "), HasSubstr(output_)));
  }
  EXPECT_TRUE(std::filesystem::exists(output_ + ".lock"));
  EXPECT_EQ(State(), "interrupted");
}

TEST_F(RunTest, ALockFileOfAKilledProcessIsFree) {
  testing::WriteBytes(output_ + ".lock", "process 1 on nowhere");
  EXPECT_TRUE(RunFake(Make())->complete);
  EXPECT_FALSE(std::filesystem::exists(output_ + ".lock"));
}

TEST_F(RunTest, TheInputIsNeverWrittenTo) {
  const std::string rows = testing::ReadBytes(folder_ / "in");
  FakeRun run = Make();
  run.options.force = true;
  run.options.output = folder_ / "in";
  EXPECT_THAT(Error(run), HasSubstr("is the input"));
  // The journal of this output would be the input.
  std::filesystem::create_hard_link(folder_ / "in", folder_ / "x.partial");
  run.options.output = folder_ / "x";
  EXPECT_THAT(Error(run), HasSubstr("is the input"));
  EXPECT_EQ(testing::ReadBytes(folder_ / "in"), rows);
}

TEST_F(RunTest, AnInputThatChangesMeanwhileIsNoticed) {
  FakeRun run = Make();
  run.before_window = [&](int64_t scored) {
    if (scored == 0) testing::WriteBytes(folder_ / "in", FakeRows(kRows + 1));
  };
  EXPECT_THAT(Error(run), HasSubstr("was changed while it was read"));
  EXPECT_FALSE(std::filesystem::exists(output_));
}

TEST_F(RunTest, AnInputThatIsOnlyTouchedIsFine) {
  FakeRun run = Make();
  run.before_window = [&](int64_t) {
    std::filesystem::last_write_time(folder_ / "in", std::filesystem::file_time_type::clock::now());
  };
  EXPECT_TRUE(RunFake(run)->complete);
}

TEST_F(RunTest, AnOutputThatIsALinkReplacesItsTarget) {
  std::filesystem::create_directory(folder_ / "far");
  testing::WriteBytes(folder_ / "far/target", "");
  std::filesystem::create_symlink(folder_ / "far/target", output_);
  EXPECT_TRUE(RunFake(Make())->complete);
  EXPECT_TRUE(std::filesystem::is_symlink(output_));
  EXPECT_GT(std::filesystem::file_size(folder_ / "far/target"), 1000u);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "far/target.run.json"));
}

TEST_F(RunTest, NoRowsMakeAnEmptyOutput) {
  for (const char* suffix : {"", ".gz", ".zst"}) {
    testing::WriteBytes(folder_ / "in", "");
    FakeRun run = MakeRun(folder_ / "in", folder_ / "empty" + suffix);
    EXPECT_TRUE(RunFake(run)->complete);
    run.options.resume = true;
    EXPECT_TRUE(RunFake(run)->was_complete);
  }
  EXPECT_EQ(testing::ReadBytes(folder_ / "empty"), "");
}

TEST_F(RunTest, PlacesThatCannotBeWrittenAreNamed) {
  FakeRun run = Make();
  run.options.output = folder_ / "none/out";
  EXPECT_THAT(Error(run), HasSubstr(folder_ / "none/out"));
}

TEST_F(RunTest, APipeIsReadOnceAndCannotBeResumed) {
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(fifo) << FakeRows(100); });
  FakeRun run = MakeRun(fifo, output_);
  run.before_window = [](int64_t scored) {
    if (scored >= 10) ::raise(SIGHUP);
  };
  const Result<RunEnd> end = RunFake(run);
  writer.join();
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_FALSE(end->complete);
  EXPECT_FALSE(end->resumable);
  EXPECT_THAT(end->way_on, AllOf(HasSubstr(".partial"), HasSubstr("pipe")));
  EXPECT_EQ(State(), "interrupted");
  run.options.resume = true;
  std::thread again([&] { std::ofstream(fifo) << ""; });
  EXPECT_THAT(Error(run), AllOf(HasSubstr("cannot go on from"), HasSubstr(fifo)));
  again.join();
}

TEST_F(RunTest, RowsBeforeDamagedInputAreOnDisk) {
  FakeRun packer = MakeRun(folder_ / "in", folder_ / "pairs.gz");
  // Any gzip file will do: an output, read as input, has rows that are all errors.
  ASSERT_TRUE(RunFake(packer).ok());
  const std::string packed = testing::ReadBytes(folder_ / "pairs.gz");
  std::string damaged = packed;
  for (size_t i = damaged.size() / 2; i < damaged.size() / 2 + 20; ++i) damaged[i] ^= 0x55;
  testing::WriteBytes(folder_ / "damaged.gz", damaged);
  FakeRun run = MakeRun(folder_ / "damaged.gz", output_);
  EXPECT_THAT(Error(run), AllOf(HasSubstr("damaged.gz"), HasSubstr("rows are done and on disk"),
                                HasSubstr("--resume")));
  EXPECT_EQ(State(), "interrupted");
  EXPECT_GT(testing::ReadBytes(output_ + ".partial").size(), 1000u);
  run.options.resume = true;
  EXPECT_THAT(Error(run), HasSubstr("rows are done and on disk")) << "it is as damaged as before";
}

// `output` on a file system that is full once the child may not write on.
void CheckFullDisk(const std::string& input, const std::string& output, const std::string& whole,
                   const std::function<void()>& fill, const std::function<void()>& free) {
  FakeRun run = MakeRun(input, output);
  const auto body = [&] {
    fill();
    const Result<RunEnd> end = RunFake(run);
    return !end.ok() && end.status().code() == StatusCode::kIo &&
                   end.status().message().find("--resume") != std::string::npos
               ? 7
               : 1;
  };
  EXPECT_EQ(RunAndKill(body, std::chrono::seconds(20)), 7);
  const std::string journal = testing::ReadBytes(output + ".partial");
  EXPECT_GT(journal.size(), 0u);
  EXPECT_EQ(journal, whole.substr(0, journal.size()));
  EXPECT_TRUE(journal.ends_with('\n'));
  EXPECT_FALSE(std::filesystem::exists(output));
  free();
  run.options.resume = true;
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(testing::ReadBytes(output) == whole);
}

TEST_F(RunTest, AFileThatMayNotGrowIsAFullDisk) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  const auto fill = [&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {whole.size() / 2 + 7, whole.size() / 2 + 7};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
  CheckFullDisk(folder_ / "in", output_, whole, fill, [] {});
}

class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) : path_(path) {
    std::filesystem::create_directory(path);
    mounted_ = ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=128k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST_F(RunTest, AFullDiskStopsTheRunUntilThereIsSpace) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  const SmallDisk disk(folder_ / "disk");
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a small tmpfs here";
  ASSERT_GT(whole.size(), 128u << 10);
  const auto free = [&] {
    ASSERT_EQ(::mount("tmpfs", (folder_ / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
  };
  CheckFullDisk(
      folder_ / "in", folder_ / "disk/out", whole, [] {}, free);
}

}  // namespace
}  // namespace gram::cli
