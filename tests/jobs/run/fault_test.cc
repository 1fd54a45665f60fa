// What goes wrong around a run: torn journals, full disks, damaged and changing inputs, two
// writers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/base/status.h"
#include "jobs/io/compression.h"
#include "jobs/run/output_files.h"
#include "tests/jobs/run/run_fixture.h"
#include "tests/testing/emulated.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FaultTest : public RunTest {};

TEST_F(FaultTest, ATornJournalGoesOnWhereverItWasCut) {
  testing::WriteBytes(folder_ / "in", FakeRows(40));
  const std::string whole = WholeOutput(Make(), folder_.path());
  testing::WriteBytes(folder_ / "in", FakeRows(40));
  FakeRun run = Make();
  run.before_window = [](int64_t scored, std::atomic<bool>& stop) {
    if (scored >= 10) stop = true;
  };
  ASSERT_FALSE(RunFake(run)->complete);
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  const std::string manifest = testing::ReadBytes(output_ + ".run.json");
  const size_t last = journal.rfind('\n', journal.size() - 2);
  const size_t last_but_one = journal.rfind('\n', last - 1);
  const size_t step = testing::kSlowBuild ? 5 : 1;
  for (size_t cut = last_but_one; cut <= journal.size(); cut += step) {
    std::filesystem::remove(output_);
    testing::WriteBytes(output_ + ".partial", journal.substr(0, cut));
    testing::WriteBytes(output_ + ".run.json", manifest);
    ASSERT_TRUE(RunFake(Resumed()).ok());
    ASSERT_EQ(testing::ReadBytes(output_), whole) << "cut at " << cut;
    ASSERT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  }
}

TEST_F(FaultTest, ACrashAroundTheLastRenameLeavesACompleteOutput) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  ASSERT_TRUE(RunFake(Make())->complete);
  // The output was renamed, its manifest not yet written, its journal not yet removed.
  auto manifest = nlohmann::ordered_json::parse(testing::ReadBytes(output_ + ".run.json"));
  manifest["publishing"] = manifest["output"];
  manifest["output"] = nullptr;
  manifest["state"] = "running";
  manifest["rows"] = 100;
  manifest["failed"] = nlohmann::json::object();
  testing::WriteBytes(output_ + ".run.json", manifest.dump());
  testing::WriteBytes(output_ + ".partial", whole);
  const Result<RunEnd> end = RunFake(Resumed());
  ASSERT_TRUE(end.ok());
  EXPECT_TRUE(end->was_complete);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_FALSE(std::filesystem::exists(output_ + ".partial"));
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

TEST_F(FaultTest, AnOutputThatIsNotTheRunsIsNotTakenForIt) {
  Interrupt(Make(), 100);
  testing::WriteBytes(output_, "{\"id\":1}\n");
  EXPECT_THAT(Error(Resumed()), HasSubstr("though its run is not complete"));
  EXPECT_TRUE(std::filesystem::exists(output_ + ".partial"));
  // An empty one, such as mktemp makes, is free.
  testing::WriteBytes(output_, "");
  const Result<RunEnd> end = RunFake(Resumed());
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(testing::ReadBytes(output_) == WholeOutput(Make(), folder_.path()));
}

TEST_F(FaultTest, AnOutputOfAnEarlierVersionIsCheckedByItsRows) {
  ASSERT_TRUE(RunFake(Make())->complete);
  auto manifest = nlohmann::ordered_json::parse(testing::ReadBytes(output_ + ".run.json"));
  manifest.erase("output");
  testing::WriteBytes(output_ + ".run.json", manifest.dump());
  EXPECT_TRUE(RunFake(Resumed())->was_complete);
  const std::string whole = testing::ReadBytes(output_);
  testing::WriteBytes(output_, whole.substr(0, whole.find('\n') + 1));
  EXPECT_THAT(Error(Resumed()), AllOf(HasSubstr("it has 1 line;"), HasSubstr("1000 rows")));
}

TEST_F(FaultTest, AJournalThatWasReplacedIsMadeAgain) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  Interrupt(Make(), 100);
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  const std::string manifest = testing::ReadBytes(output_ + ".run.json");
  const std::atomic<bool> never = false;
  ASSERT_TRUE(PackFile(output_ + ".partial", folder_ / "gz", Packing::kGzip, never).ok());
  ASSERT_TRUE(PackFile(output_ + ".partial", folder_ / "zst", Packing::kZstd, never).ok());
  std::string crlf = journal;
  for (size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) {
    crlf.insert(at, 1, '\r');
  }
  for (const std::string& bad :
       {testing::ReadBytes(folder_ / "gz"), testing::ReadBytes(folder_ / "zst"), crlf,
        "\xEF\xBB\xBF" + journal, journal + std::string(4096, '\0'), std::string()}) {
    std::filesystem::remove(output_);
    testing::WriteBytes(output_ + ".partial", bad);
    testing::WriteBytes(output_ + ".run.json", manifest);
    const Result<RunEnd> end = RunFake(Resumed());
    ASSERT_TRUE(end.ok()) << end.status().message();
    ASSERT_TRUE(testing::ReadBytes(output_) == whole);
  }
}

TEST_F(FaultTest, AJournalHasToBeARegularFileOfItsOwn) {
  Interrupt(Make(), 100);
  const std::string journal = output_ + ".partial";
  std::filesystem::rename(journal, folder_ / "elsewhere");
  std::filesystem::create_symlink(folder_ / "elsewhere", journal);
  EXPECT_THAT(Error(Resumed()), HasSubstr("is not a regular file"));
  std::filesystem::remove(journal);
  ASSERT_EQ(::mkfifo(journal.c_str(), 0600), 0);
  EXPECT_THAT(Error(Resumed()), HasSubstr("is not a regular file"));
  std::filesystem::remove(journal);
  std::filesystem::create_directory(journal);
  EXPECT_THAT(Error(Resumed()), HasSubstr(journal));
}

TEST_F(FaultTest, RowsAreNotSaidToBeOnDiskWhenTheirJournalIsGone) {
  for (const bool folder : {false, true}) {
    const std::string place = folder_ / "place";
    std::filesystem::create_directory(place);
    FakeRun run = MakeRun(folder_ / "in", place + "/out");
    run.checkpoint_every = std::chrono::milliseconds(0);
    run.before_window = [&](int64_t scored, std::atomic<bool>&) {
      if (scored < 100) return;
      if (folder) {
        std::filesystem::remove_all(place);
      } else {
        std::filesystem::remove(place + "/out.partial");
      }
    };
    EXPECT_THAT(Error(run), AllOf(HasSubstr("was removed or replaced"), HasSubstr("are lost"),
                                  ::testing::Not(HasSubstr("on disk"))));
    std::filesystem::remove_all(place);
  }
}

TEST_F(FaultTest, WhatIsNoRowsFaultStopsTheRunAndLeavesItsNeighbours) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  FakeRun run = Make();
  for (const Status& fault : {OutOfMemory("no memory"), Corrupt("tensor x")}) {
    run.fails_at = 500;
    run.failure = fault;
    run.options.force = true;
    const std::string error = Error(run);
    EXPECT_THAT(error, HasSubstr("--resume"));
    if (fault.code() == StatusCode::kOutOfMemory) {
      EXPECT_THAT(error, AllOf(HasSubstr("row 5"), HasSubstr("--batch-tokens")));
    }
    const std::string journal = testing::ReadBytes(output_ + ".partial");
    EXPECT_GE(std::count(journal.begin(), journal.end(), '\n'), 500);
    EXPECT_EQ(journal, whole.substr(0, journal.size()));
    EXPECT_TRUE(RunFake(Resumed())->complete);
    EXPECT_TRUE(testing::ReadBytes(output_) == whole);
  }
}

TEST_F(FaultTest, ARowThatMemoryDoesNotSufficeToReadStopsTheRunBehindAllBeforeIt) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  FakeRun run = Make();
  run.unreadable_row = 501;
  EXPECT_THAT(Error(run), AllOf(HasSubstr("row 501: out of memory"),
                                HasSubstr("500 rows are done and on disk"), HasSubstr("--resume")));
  EXPECT_TRUE(RunFake(Resumed())->complete);
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

TEST_F(FaultTest, TwoProcessesDoNotWriteOneOutput) {
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

TEST_F(FaultTest, ALockFileOfAKilledProcessIsFree) {
  testing::WriteBytes(output_ + ".lock", "process 1 on nowhere");
  EXPECT_TRUE(RunFake(Make())->complete);
  EXPECT_FALSE(std::filesystem::exists(output_ + ".lock"));
}

TEST_F(FaultTest, TheInputIsNeverWrittenTo) {
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

TEST_F(FaultTest, AnInputThatChangesMeanwhileIsNoticed) {
  FakeRun run = Make();
  run.before_window = [&](int64_t scored, std::atomic<bool>&) {
    if (scored == 0) testing::WriteBytes(folder_ / "in", FakeRows(kRows + 1));
  };
  EXPECT_THAT(Error(run), HasSubstr("was changed while it was read"));
  EXPECT_FALSE(std::filesystem::exists(output_));
}

TEST_F(FaultTest, AnInputThatIsOnlyTouchedIsFine) {
  FakeRun run = Make();
  run.before_window = [&](int64_t, std::atomic<bool>&) {
    std::filesystem::last_write_time(folder_ / "in", std::filesystem::file_time_type::clock::now());
  };
  EXPECT_TRUE(RunFake(run)->complete);
}

TEST_F(FaultTest, PlacesThatCannotBeWrittenAreNamed) {
  FakeRun run = Make();
  run.options.output = folder_ / "none/out";
  EXPECT_THAT(Error(run), HasSubstr(folder_ / "none/out"));
}

TEST_F(FaultTest, APipeIsReadOnceAndCannotBeResumed) {
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(fifo) << FakeRows(100); });
  FakeRun run = MakeRun(fifo, output_);
  run.before_window = [](int64_t scored, std::atomic<bool>& stop) {
    if (scored >= 10) stop = true;
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
  EXPECT_THAT(Error(run), AllOf(HasSubstr("cannot resume from"), HasSubstr(fifo)));
  again.join();
}

TEST_F(FaultTest, RowsBeforeDamagedInputAreOnDisk) {
  const std::atomic<bool> never = false;
  ASSERT_TRUE(PackFile(folder_ / "in", folder_ / "damaged.gz", Packing::kGzip, never).ok());
  std::string damaged = testing::ReadBytes(folder_ / "damaged.gz");
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

TEST_F(FaultTest, AFileThatMayNotGrowIsAFullDisk) {
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

TEST_F(FaultTest, AFullDiskStopsTheRunUntilThereIsSpace) {
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
}  // namespace gram::jobs
