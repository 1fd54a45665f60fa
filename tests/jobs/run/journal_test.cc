#include "jobs/run/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/verdicts/verdict_line.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

class JournalTest : public ::testing::Test {
 protected:
  // The rows of a journal that holds `bytes`, and what is left of it.
  int64_t RowsIn(const std::string& bytes) {
    testing::WriteBytes(path_, bytes);
    const Result<Journal> journal = Journal::Open(path_, Schema::kGramCpu);
    EXPECT_TRUE(journal.ok());
    left_ = testing::ReadBytes(path_);
    return journal.ok() ? journal->totals().rows : -1;
  }

  testing::TempDir folder_;
  std::string path_ = folder_ / "journal";
  std::string left_;
};

TEST_F(JournalTest, KeepsWholeLinesWhereverItIsTorn) {
  const std::string lines = "{\"id\":1}\n{\"id\":2,\"text\":\"\xC3\xA9\"}\n{\"id\":3}\n";
  for (size_t cut = 0; cut <= lines.size(); ++cut) {
    const std::string torn = lines.substr(0, cut);
    const size_t whole = torn.rfind('\n') + 1;  // npos + 1 is 0
    EXPECT_EQ(RowsIn(torn), std::count(torn.begin(), torn.end(), '\n')) << cut;
    EXPECT_EQ(left_, lines.substr(0, whole)) << cut;
  }
}

TEST_F(JournalTest, CutsWhatAPowerFailureMadeOfItsEnd) {
  EXPECT_EQ(RowsIn("{\"id\":1}\n" + std::string(5000, '\0')), 1);
  EXPECT_EQ(left_, "{\"id\":1}\n");
  // Blocks that were not written, before some that were.
  EXPECT_EQ(RowsIn("{\"id\":1}\n" + std::string(512, '\0') + "}\n{\"id\":9}\n"), 1);
  EXPECT_EQ(left_, "{\"id\":1}\n");
  EXPECT_EQ(RowsIn(std::string(100, '\0')), 0);
  EXPECT_EQ(RowsIn("\n"), 0);
}

TEST_F(JournalTest, AddsLinesToThoseItFinds) {
  testing::WriteBytes(path_, "{\"id\":1}\n{\"i");
  Result<Journal> journal = Journal::Open(path_, Schema::kGramCpu);
  ASSERT_TRUE(journal.ok());
  InputRow row;
  row.number = 2;
  row.id_json = "2";
  const std::vector<ResultLine> lines = {WriteError(row, {"c", ""}), {"{\"id\":3}\n"}};
  ASSERT_TRUE(journal->Append(lines).ok());
  ASSERT_TRUE(journal->Append({}).ok());
  ASSERT_TRUE(journal->Sync().ok());
  EXPECT_EQ(testing::ReadBytes(path_), "{\"id\":1}\n" + lines[0].text + lines[1].text);
  EXPECT_EQ(journal->totals().rows, 3);
  EXPECT_EQ(journal->totals().failed_rows(), 1);
}

TEST_F(JournalTest, RefusesPlacesItCannotBe) {
  EXPECT_EQ(Journal::Open(folder_ / "none/journal", Schema::kGramCpu).status().code(),
            StatusCode::kNotFound);
  EXPECT_FALSE(Journal::Open(folder_.path(), Schema::kGramCpu).ok());
  EXPECT_EQ(Journal::Open("/dev/null", Schema::kGramCpu).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace gram::jobs
