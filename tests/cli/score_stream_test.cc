#include "cli/score_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/status.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;

class ScoreStreamTest : public ::testing::Test {
 protected:
  ScoreStreamTest() {
    std::string pattern = ::testing::TempDir() + "gram_streamXXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ScoreStreamTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  // Writes `text` to a file, streams it through a scorer that puts the question's length into
  // score_response1 and fails where the question is "bad"; returns what came out.
  std::string Run(const std::string& text) {
    std::ofstream(Path("in"), std::ios::binary) << text;
    Result<OutputFile> output = OutputFile::Open(Path("out"), true, -1);
    Result<StreamCount> count = Stream(Path("in"), &ScoreStreamTest::Score, *output);
    EXPECT_TRUE(count.ok());
    count_ = *count;
    EXPECT_TRUE(output->Close().ok());
    std::stringstream out;
    out << std::ifstream(Path("out"), std::ios::binary).rdbuf();
    return out.str();
  }

  static Result<StreamCount> Stream(
      const std::string& input, const PairScorer& scorer, OutputFile& output,
      const std::function<void(int64_t)>& done = [](int64_t) {}) {
    GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open({input}));
    GRAM_ASSIGN_OR_RETURN(RowMapper mapper, RowMapper::Make({}, source));
    return ScoreStream(scorer, source, mapper, output, done);
  }

  static std::vector<Result<Verdict>> Score(std::span<const Pair> pairs) {
    std::vector<Result<Verdict>> verdicts;
    for (const Pair& pair : pairs) {
      if (pair.question == "bad") {
        verdicts.emplace_back(TooLong("too long"));
        continue;
      }
      Verdict verdict;
      verdict.score_response1 = static_cast<double>(pair.question.size());
      verdicts.emplace_back(verdict);
    }
    return verdicts;
  }

  std::string folder_;
  StreamCount count_;
};

std::string Row(const std::string& question) {
  return R"({"question":")" + question + R"(","response1":"a","response2":"b"})";
}

// Answers to one question share work: they are not cut apart where a window happens to be full.
TEST_F(ScoreStreamTest, RowsWithOneQuestionStayTogether) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += Row("other " + std::to_string(i)) + "\n";
  for (int i = 0; i < 100; ++i) text += Row("same") + "\n";
  for (int i = 0; i < 300; ++i) text += Row("many") + "\n";
  std::ofstream(Path("in"), std::ios::binary) << text;
  Result<OutputFile> output = OutputFile::Open(Path("out"), true, -1);
  std::vector<std::pair<size_t, size_t>> windows;  // rows, of which "same"
  size_t rows = 0;
  const auto scorer = [&](std::span<const Pair> pairs) {
    size_t same = 0;
    for (const Pair& pair : pairs) same += pair.question == "same" ? 1 : 0;
    windows.emplace_back(pairs.size(), same);
    rows += pairs.size();
    return Score(pairs);
  };
  ASSERT_TRUE(Stream(Path("in"), scorer, *output).ok());
  EXPECT_EQ(rows, 410U);
  for (const auto& [size, same] : windows) {
    EXPECT_TRUE(same == 0 || same == 100);
    EXPECT_LE(size, 256U);
  }
}

TEST_F(ScoreStreamTest, KeepsTheOrderAcrossWindowsAndErrors) {
  std::string text;
  for (int i = 1; i <= 1000; ++i) {
    text += (i % 10 == 0 ? "{" : i % 10 == 5 ? Row("bad") : Row(std::string(i, 'q'))) + "\n";
  }
  std::istringstream out(Run(text));
  std::string line;
  int number = 0;
  while (std::getline(out, line)) {
    ++number;
    const std::string id = "{\"id\":" + std::to_string(number) + ",";
    const std::string next = number % 5 == 0
                                 ? "\"row\":" + std::to_string(number) + ",\"error\":{\"code\":\"" +
                                       (number % 10 == 0 ? "invalid_json" : "too_long")
                                 : "\"score_response1\":" + std::to_string(number) + ".0";
    EXPECT_TRUE(line.starts_with(id + next)) << line;
  }
  EXPECT_EQ(number, 1000);
  EXPECT_EQ(count_.rows, 1000);
  EXPECT_EQ(count_.failed, 200);
}

TEST_F(ScoreStreamTest, ToleratesMarksBlankLinesAndLineEnds) {
  EXPECT_EQ(Run(""), "");
  EXPECT_EQ(Run("\n \t\r\n"), "");
  EXPECT_EQ(count_.rows, 0);
  const std::string out = Run("\xEF\xBB\xBF" + Row("a") + "\r\n\r\n\n" + Row("bb"));
  EXPECT_EQ(count_.rows, 2);
  EXPECT_EQ(count_.failed, 0);
  EXPECT_THAT(out, HasSubstr("{\"id\":2,\"score_response1\":2.0"));
}

TEST_F(ScoreStreamTest, LongLinesCrossBuffers) {
  Run(Row(std::string(3 << 20, 'x')) + "\n" + Row(std::string(5 << 20, 'y')) + "\n" + Row("z"));
  EXPECT_EQ(count_.rows, 3);
  EXPECT_EQ(count_.failed, 0);
}

TEST_F(ScoreStreamTest, ALivePipeGetsItsAnswerBeforeItsNextRow) {
  int to_stream[2];
  int from_stream[2];
  ASSERT_EQ(::pipe(to_stream), 0);
  ASSERT_EQ(::pipe(from_stream), 0);
  const std::string fifo = "/proc/self/fd/" + std::to_string(from_stream[1]);
  Result<OutputFile> output = OutputFile::Open(fifo, false, -1);
  ASSERT_TRUE(output.ok());
  const std::string row = Row("q") + "\n";
  ASSERT_EQ(::write(to_stream[1], row.data(), row.size()), static_cast<ssize_t>(row.size()));
  int answered = 0;
  // The second row is written only once the first is answered.
  const auto done = [&](int64_t rows) {
    answered = static_cast<int>(rows);
    if (rows == 1) {
      EXPECT_EQ(::write(to_stream[1], row.data(), row.size()), static_cast<ssize_t>(row.size()));
      ::close(to_stream[1]);
    }
  };
  const std::string input = "/proc/self/fd/" + std::to_string(to_stream[0]);
  EXPECT_TRUE(Stream(input, &ScoreStreamTest::Score, *output, done).ok());
  EXPECT_EQ(answered, 2);
  ::close(to_stream[0]);
  ::close(from_stream[0]);
  ::close(from_stream[1]);
}

TEST_F(ScoreStreamTest, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  std::ofstream(Path("in")) << Row("q");
  Result<OutputFile> output = OutputFile::Open("/dev/full", false, -1);
  ASSERT_TRUE(output.ok());
  const auto count = Stream(Path("in"), &ScoreStreamTest::Score, *output);
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.status().code(), StatusCode::kIo);
  EXPECT_THAT(count.status().message(), HasSubstr("cannot write /dev/full"));
}

TEST_F(ScoreStreamTest, OutputNeverReplacesAResultUnasked) {
  std::ofstream(Path("old")) << "result";
  EXPECT_FALSE(OutputFile::Open(Path("old"), false, -1).ok());
  EXPECT_EQ(std::filesystem::file_size(Path("old")), 6u);
  EXPECT_TRUE(OutputFile::Open(Path("old"), true, -1).ok());
  EXPECT_EQ(std::filesystem::file_size(Path("old")), 0u);
  EXPECT_FALSE(OutputFile::Open(Path("none/out"), false, -1).ok());
}

}  // namespace
}  // namespace gram::cli
