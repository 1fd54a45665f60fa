#include "jobs/run/job_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "jobs/formats/row_mapper.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

std::string Row(const std::string& question) {
  return R"({"question":")" + question + R"(","response1":"a","response2":"b"})" + "\n";
}

// The rows of a file or of /proc/self/fd/N, and windows of them.
class WindowTest : public ::testing::Test {
 protected:
  void OpenText(const std::string& text) {
    testing::WriteBytes(folder_ / "in", text);
    Open(folder_ / "in");
  }

  void Open(const std::string& path) {
    Result<RowSource> source = RowSource::Open({path});
    ASSERT_TRUE(source.ok()) << source.status().message();
    source_.emplace(std::move(source).value());
    Result<RowMapper> mapper = RowMapper::Make({}, *source_);
    ASSERT_TRUE(mapper.ok()) << mapper.status().message();
    mapper_.emplace(std::move(mapper).value());
    job_.map = [this](RawRow raw) { return mapper_->Map(std::move(raw)); };
  }

  testing::TempDir folder_;
  std::optional<RowSource> source_;
  std::optional<RowMapper> mapper_;
  Job job_;
  std::atomic<bool> stop_ = false;
};

// Answers to one question share work: they are not cut apart where a window happens to be full.
TEST_F(WindowTest, RowsWithOneQuestionStayTogether) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += Row("other " + std::to_string(i));
  for (int i = 0; i < 100; ++i) text += Row("same");
  for (int i = 0; i < 300; ++i) text += Row("many");
  OpenText(text);
  WindowReader reader(job_, *source_, stop_);
  RowWindow window;
  size_t rows = 0;
  while (reader.Read(window).ok() && !window.lines.empty()) {
    const auto same = std::count_if(window.rows.begin(), window.rows.end(),
                                    [](const InputRow& row) { return row.question == "same"; });
    EXPECT_TRUE(same == 0 || same == 100);
    EXPECT_LE(window.rows.size(), 256u);
    EXPECT_EQ(window.rows.size(), window.lines.size());
    rows += window.rows.size();
    reader.Adapt(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(rows, 410u);
}

TEST_F(WindowTest, ShrinkWhereAnswersTakeLong) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += Row(std::to_string(i));
  OpenText(text);
  WindowReader reader(job_, *source_, stop_);
  RowWindow window;
  std::vector<size_t> sizes;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(reader.Read(window).ok());
    sizes.push_back(window.rows.size());
    reader.Adapt(std::chrono::seconds(i < 4 ? 0 : 10));
  }
  EXPECT_THAT(sizes, ::testing::ElementsAre(2, 4, 8, 16, 32, 16));
}

TEST_F(WindowTest, RowsThatNeedNoAnswerTakeNoRoomFromThoseThatDo) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "no JSON\n" + Row(std::to_string(i));
  OpenText(text);
  WindowReader reader(job_, *source_, stop_);
  RowWindow window;
  reader.Adapt({});
  reader.Adapt({});
  ASSERT_TRUE(reader.Read(window).ok());
  EXPECT_EQ(window.rows.size(), 8u);
  EXPECT_GE(window.lines.size(), 16u);
  EXPECT_THAT(window.lines[0].text, ::testing::HasSubstr("invalid_json"));
  EXPECT_EQ(window.lines[1].text, "");
}

TEST_F(WindowTest, HoldFewRowsThatAreLong) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += Row(std::string(1 << 20, static_cast<char>('a' + i)));
  OpenText(text);
  WindowReader reader(job_, *source_, stop_);
  for (int i = 0; i < 8; ++i) reader.Adapt({});
  RowWindow window;
  ASSERT_TRUE(reader.Read(window).ok());
  EXPECT_LE(window.rows.size(), 5u);
}

class PipeTest : public WindowTest {
 protected:
  PipeTest() { EXPECT_EQ(::pipe(pipe_), 0); }
  ~PipeTest() override {
    ::close(pipe_[0]);
    CloseWriter();
  }

  void OpenPipe() { Open("/proc/self/fd/" + std::to_string(pipe_[0])); }
  void Write(const std::string& text) {
    ASSERT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void CloseWriter() {
    if (pipe_[1] >= 0) ::close(std::exchange(pipe_[1], -1));
  }

  int pipe_[2] = {-1, -1};
};

TEST_F(PipeTest, ALivePipeGetsItsAnswerBeforeItsNextRow) {
  Write(Row("q"));
  OpenPipe();
  job_.answer = [](std::span<const InputRow> rows, const std::atomic<bool>&) {
    return RowAnswers{std::vector<ResultLine>(rows.size(), {"{}\n"})};
  };
  JobLines answered(job_, *source_, stop_);
  std::vector<ResultLine> lines;
  ASSERT_TRUE(*answered.Next(lines));
  EXPECT_EQ(lines.size(), 1u);
  // The second row is written only once the first is answered.
  Write(Row("q"));
  CloseWriter();
  ASSERT_TRUE(*answered.Next(lines));
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_FALSE(*answered.Next(lines));
}

TEST_F(PipeTest, AStopIsNoticedWhileAPipeIsSilent) {
  Write(Row("q"));
  OpenPipe();
  WindowReader reader(job_, *source_, stop_);
  RowWindow window;
  ASSERT_TRUE(reader.Read(window).ok());
  EXPECT_EQ(window.rows.size(), 1u);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop_ = true;
  });
  ASSERT_TRUE(reader.Read(window).ok());
  stopper.join();
  EXPECT_TRUE(window.lines.empty());
}

}  // namespace
}  // namespace gram::jobs
