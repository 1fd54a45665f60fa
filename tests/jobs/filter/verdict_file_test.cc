// Verdicts with and without a manifest, on the rows that were scored and on others.
#include "jobs/filter/verdict_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "jobs/io/files.h"
#include "jobs/run/manifest.h"
#include "jobs/run/output_files.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kError = R"({"id":1,"row":1,"error":{"code":"c","message":"m"}})";
constexpr const char* kVerdict = R"({"id":2,"margin":1.0})";
constexpr const char* kRanking = R"({"id":2,"comparisons_used":1})";

class VerdictFileTest : public ::testing::Test {
 protected:
  VerdictFileTest() {
    Write("a", "first\n");
    Write("b", "second\n");
    Write("c", "third\n");
    WriteVerdicts({kVerdict});
    WriteManifest({"a", "b"});
  }

  std::string Path(const std::string& name) const { return folder_ / name; }

  void Write(const std::string& name, const std::string& text) {
    testing::WriteBytes(Path(name), text);
  }

  void WriteVerdicts(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    Write("v", text);
  }

  // What a run on those inputs leaves beside its output; "-" is a pipe.
  void WriteManifest(const std::vector<std::string>& inputs, Shard shard = {},
                     const std::string& verb = "score", std::vector<Setting> settings = {}) {
    Manifest manifest;
    manifest.state = RunState::kComplete;
    manifest.identity.verb = verb;
    manifest.identity.shard = shard;
    manifest.identity.settings = std::move(settings);
    for (const std::string& name : inputs) {
      InputRecord record{Path(name), {}};
      if (name != "-") record.content = IdentifyFile(Path(name)).value();
      manifest.identity.inputs.push_back(record);
    }
    manifest.totals.rows = 1;
    manifest.output = IdentifyFile(Path("v")).value();
    testing::WriteBytes(OutputPaths(Path("v")).manifest, ManifestJson(manifest));
  }

  // "yes", "cannot tell", or the error.
  std::string AreOn(const std::vector<std::string>& inputs) {
    const Result<VerdictFile> verdicts = VerdictFile::Open(Path("v"));
    if (!verdicts.ok()) return verdicts.status().message();
    std::vector<std::string> paths;
    for (const std::string& name : inputs) paths.push_back(Path(name));
    const Result<bool> shown = verdicts->AreOn(FindInputs(paths).value());
    if (!shown.ok()) return shown.status().message();
    return *shown ? "yes" : "cannot tell";
  }

  std::string OpenError(const std::string& name) {
    const Result<VerdictFile> verdicts = VerdictFile::Open(Path(name));
    return verdicts.ok() ? std::string() : verdicts.status().message();
  }

  testing::TempDir folder_;
};

TEST_F(VerdictFileTest, TheScoredInputIsRecognisedByItsBytes) {
  EXPECT_EQ(AreOn({"a", "b"}), "yes");
  Write("moved", "first\n");
  EXPECT_EQ(AreOn({"moved", "b"}), "yes");
}

TEST_F(VerdictFileTest, OtherInputsAreRefusedWithWhatIsDifferent) {
  EXPECT_THAT(AreOn({"b", "a"}), HasSubstr("the same files in another order"));
  EXPECT_THAT(AreOn({"a"}), HasSubstr("1 file where it was 2"));
  EXPECT_THAT(AreOn({"a", "b", "c"}), HasSubstr("3 files where it was 2"));
  Write("b", "edited\n");
  EXPECT_THAT(AreOn({"a", "b"}), HasSubstr("another input"));
  EXPECT_THAT(AreOn({"a", "b"}), HasSubstr(Path("b") + " (7 bytes, checksum "));
}

TEST_F(VerdictFileTest, ReorderedRowsAreAnotherInput) {
  Write("rows", "1\n2\n3\n");
  WriteManifest({"rows"});
  EXPECT_EQ(AreOn({"rows"}), "yes");
  Write("rows", "2\n1\n3\n");
  EXPECT_THAT(AreOn({"rows"}), HasSubstr("--trust-order"));
}

TEST_F(VerdictFileTest, WithoutContentsNothingIsShown) {
  WriteManifest({"a", "-"});
  EXPECT_EQ(AreOn({"a", "b"}), "cannot tell");
  std::filesystem::remove(OutputPaths(Path("v")).manifest);
  EXPECT_EQ(AreOn({"a", "b"}), "cannot tell");
}

TEST_F(VerdictFileTest, RowsHaveToBeReadAsTheRunReadThem) {
  const auto error = [this](const std::vector<Setting>& settings) {
    return VerdictFile::Open(Path("v"))->CheckReadAlike(settings).message();
  };
  WriteManifest({"a"}, {}, "score", {{"map", "response1=x,response2=y"}, {"turns", "join"}});
  const Setting map = {"map", "response1=x,response2=y", "--map"};
  EXPECT_THAT(error({map, {"turns", "join", "--turns"}}), IsEmpty());
  EXPECT_THAT(error({map, {"ignore", "", "--ignore"}}), IsEmpty()) << "not known to the run";
  EXPECT_THAT(
      error({{"map", "response1=y,response2=x", "--map"}}),
      HasSubstr("v were made with --map response1=x,response2=y, but filter was given --map "
                "response1=y,response2=x: "));
  EXPECT_THAT(error({{"map", "", "--map"}}), HasSubstr("but filter was given no --map: "));
  EXPECT_THAT(error({map, {"turns", "last", "--turns"}}), HasSubstr("with --turns join"));
}

TEST_F(VerdictFileTest, RunsThatAreNotCompleteAreNamedWithTheirJournal) {
  const std::string journal = OutputPaths(Path("v")).journal;
  std::filesystem::rename(Path("v"), journal);
  EXPECT_THAT(OpenError("v"), HasSubstr(journal));
  EXPECT_THAT(OpenError("v"), HasSubstr("--resume"));
  const std::string name = journal.substr(Path("").size());
  EXPECT_THAT(OpenError(name), HasSubstr("a run that is not complete"));
  std::filesystem::remove(OutputPaths(Path("v")).manifest);
  EXPECT_THAT(OpenError(name), IsEmpty()) << "a file that is only called so";
}

TEST_F(VerdictFileTest, AShardIsNotTheVerdictsOnAllRows) {
  WriteManifest({"a", "b"}, {2, 3});
  EXPECT_THAT(OpenError("v"), HasSubstr("is shard 2/3 of a run"));
  EXPECT_THAT(OpenError("v"), HasSubstr("merge"));
}

TEST_F(VerdictFileTest, VerdictsThatWereEditedAreRefused) {
  WriteVerdicts({kVerdict, kVerdict});
  EXPECT_THAT(OpenError("v"), HasSubstr("was changed after it was complete"));
}

TEST_F(VerdictFileTest, TellsWhoseLinesTheyAre) {
  std::filesystem::remove(OutputPaths(Path("v")).manifest);
  const auto rankings = [this](const std::vector<std::string>& lines) {
    WriteVerdicts(lines);
    Result<VerdictFile> verdicts = VerdictFile::Open(Path("v"));
    EXPECT_TRUE(verdicts.ok());
    std::string line;
    for (const std::string& expected : lines) {
      EXPECT_TRUE(verdicts->Next(line).value());
      EXPECT_EQ(line, expected) << "looking ahead loses nothing";
    }
    EXPECT_FALSE(verdicts->Next(line).value());
    return verdicts->rankings();
  };
  EXPECT_FALSE(rankings({}));
  EXPECT_FALSE(rankings({kVerdict, kVerdict}));
  EXPECT_FALSE(rankings({kError}));
  EXPECT_TRUE(rankings({kRanking}));
  EXPECT_TRUE(rankings({kError, kError, kRanking, kRanking}));
  WriteVerdicts({kError});
  WriteManifest({"a"}, {}, "rank");
  EXPECT_TRUE(VerdictFile::Open(Path("v"))->rankings()) << "even where there is no ranking yet";
}

TEST_F(VerdictFileTest, NoFileIsAnError) { EXPECT_THAT(OpenError("none"), HasSubstr("none")); }

}  // namespace
}  // namespace gram::jobs
