#include "jobs/filter/filter_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "jobs/verdicts/verdict_line.h"
#include "tests/jobs/verdicts/random_row.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Lines = std::vector<std::string>;

std::string Text(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Filters rows and verdicts that are given as lines.
class FilterRunTest : public ::testing::Test {
 protected:
  Result<FilterCount> Filter(const std::string& rows, const Lines& verdicts) {
    testing::WriteBytes(folder_ / "rows", rows);
    Result<RowSource> source = RowSource::Open({folder_ / "rows"});
    EXPECT_TRUE(source.ok());
    Result<RowMapper> mapper = RowMapper::Make(mapping_, *source);
    EXPECT_TRUE(mapper.ok()) << mapper.status().message();
    RowEditor editor(*mapper, "");
    kept_.clear();
    dropped_.clear();
    size_t next = 0;
    FilterStreams streams;
    streams.next_verdict = [&](std::string& line) -> Result<bool> {
      if (next == verdicts.size()) return false;
      line = verdicts[next++];
      return true;
    };
    streams.keep = [this](std::string_view line) { return Put(line, kept_); };
    streams.drop = [this](std::string_view line) { return Put(line, dropped_); };
    streams.done = [](const FilterCount&) {};
    return FilterRun(rules_, join_, *mapper, editor).Run(*source, streams);
  }

  // That kept_ and dropped_, merged by the ids in the verdicts, are `rows` byte for byte, but for
  // `changed` of them.
  void ExpectEachOnceInOrder(const Lines& rows, int64_t changed) const {
    size_t kept = 0;
    size_t dropped = 0;
    int64_t others = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string id = "\"id\":" + std::to_string(i + 1) + ",";
      const auto is_next = [&](const Lines& lines, size_t next) {
        return next < lines.size() &&
               lines[next].find(id, lines[next].rfind(",\"gram_cpu\":{")) != std::string::npos;
      };
      const bool in_kept = is_next(kept_, kept);
      ASSERT_NE(in_kept, is_next(dropped_, dropped)) << "row " << i + 1;
      const std::string& line = in_kept ? kept_[kept++] : dropped_[dropped++];
      const std::string row = line.substr(0, line.rfind(",\"gram_cpu\":{")) + "}";
      const bool wrapped = rows[i].starts_with("not JSON");
      const std::string expected = wrapped ? "{\"line\":" + JsonString(rows[i]) + "}" : rows[i];
      others += row == expected ? 0 : 1;
    }
    EXPECT_EQ(others, changed);
  }

  static Status Put(std::string_view line, Lines& lines) {
    EXPECT_TRUE(line.ends_with('\n'));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    lines.emplace_back(line.substr(0, line.size() - 1));
    return {};
  }

  testing::TempDir folder_;
  FilterRules rules_;
  FilterJoin join_;
  MapperOptions mapping_;
  Lines kept_;
  Lines dropped_;
};

// A line of score's on a pair.
std::string VerdictOf(const std::string& id, double margin, Label label = Label::kNone) {
  InputRow row;
  row.id_json = id;
  row.comparisons = {{0, 1, label}};
  Verdict verdict;
  verdict.score_response1 = margin > 0 ? 0.75 : 0.25;
  verdict.margin = margin;
  verdict.orders_agree = true;
  std::string line = VerdictLine(row, verdict);
  line.pop_back();
  return line;
}

// What the rows get for that line.
std::string Attached(const std::string& decision, const std::string& verdict) {
  std::string text = ",\"gram_cpu\":{\"decision\":\"" + decision + ",";
  return text + verdict.substr(1) + "}";
}

const std::string kChosen = R"({"prompt": "q", "chosen" : "good", "rejected":"b\u0061d","n":1e400)";

TEST_F(FilterRunTest, KeepsAndDropsWithTheVerdictAttached) {
  rules_.min_margin = 1;
  const Lines verdicts = {VerdictOf("1", 2, Label::kResponse1),
                          VerdictOf("2", -2, Label::kResponse1)};
  const auto count = Filter(kChosen + "}\n" + kChosen + " } \n", verdicts);
  ASSERT_TRUE(count.ok()) << count.status().message();
  EXPECT_THAT(kept_, ElementsAre(kChosen + Attached("kept\"", verdicts[0])));
  // White space after the row belongs to the line and not to the row.
  EXPECT_THAT(dropped_,
              ElementsAre(kChosen + " " + Attached(R"(dropped","reason":"wrong")", verdicts[1])));
  EXPECT_EQ(count->rows, 2);
  EXPECT_EQ(count->kept, 1);
  EXPECT_EQ(count->dropped, (std::map<std::string, int64_t>{{"wrong", 1}}));
}

TEST_F(FilterRunTest, SwapsTheValuesAndNothingElse) {
  rules_.swap_if_better = true;
  const std::string verdict = VerdictOf("1", -2, Label::kResponse1);
  const auto count = Filter(kChosen + "}\n", {verdict});
  ASSERT_TRUE(count.ok()) << count.status().message();
  EXPECT_THAT(kept_,
              ElementsAre(R"({"prompt": "q", "chosen" : "b\u0061d", "rejected":"good","n":1e400)" +
                          Attached("swapped\"", verdict)));
  EXPECT_EQ(count->swapped, 1);
}

TEST_F(FilterRunTest, SwappedRowsComeBackWhenSwappedAgain) {
  rules_.swap_if_better = true;
  for (unsigned seed = 0; seed < 100; ++seed) {
    RowWriter writer(seed);
    std::string row = "{\"question\":\"q\"";
    std::string tail = writer.Object(1, 3).substr(1);
    row += ",\"response1\":" + writer.String("x") + " , " + "\"label\":1,\"response2\":";
    row += writer.String("y") + "," + tail;
    ASSERT_TRUE(Filter(row + "\n", {VerdictOf("1", -2, Label::kResponse1)}).ok());
    ASSERT_EQ(kept_.size(), 1u) << row;
    const std::string swapped = kept_[0].substr(0, kept_[0].find(",\"gram_cpu\"")) + "}";
    EXPECT_EQ(swapped.size(), row.size());
    EXPECT_NE(swapped, row);
    ASSERT_TRUE(Filter(swapped + "\n", {VerdictOf("1", -2, Label::kResponse1)}).ok());
    ASSERT_EQ(kept_.size(), 1u) << swapped;
    EXPECT_EQ(kept_[0].substr(0, kept_[0].find(",\"gram_cpu\"")) + "}", row);
  }
}

TEST_F(FilterRunTest, RelabelsInTheRowsOwnWords) {
  rules_.relabel = true;
  const auto relabelled = [this](const std::string& label, const std::string& old_words,
                                 Label old_label, double margin) {
    const std::string start = R"({"question":"q","response1":"a","response2":"b")";
    const auto count =
        Filter(start + label + old_words + "}\n", {VerdictOf("1", margin, old_label)});
    EXPECT_TRUE(count.ok()) << count.status().message();
    const std::string line = kept_.empty() ? dropped_.front() : kept_.front();
    EXPECT_TRUE(line.starts_with(start));
    return line.substr(start.size(), line.find(",\"gram_cpu\"") - start.size());
  };
  EXPECT_EQ(relabelled(R"(,"label":)", R"("A>B")", Label::kResponse1, -1), R"(,"label":"B>A")");
  EXPECT_EQ(relabelled(R"(,"label":)", R"("A>B")", Label::kResponse1, 1), R"(,"label":"A>B")");
  EXPECT_EQ(relabelled(R"(,"winner": )", R"("model_b")", Label::kResponse2, 1),
            R"(,"winner": "model_a")");
  EXPECT_EQ(relabelled(R"(,"label":)", "2", Label::kResponse2, 1), R"(,"label":1)");
  EXPECT_EQ(relabelled(R"(,"label":)", R"("tie")", Label::kTie, 1), R"(,"label":"A")");
  EXPECT_EQ(relabelled(R"(,"label":)", "null", Label::kNone, -1), R"(,"label":"B")");
  EXPECT_EQ(relabelled("", "", Label::kNone, -1), R"(,"label":"B")");
}

TEST_F(FilterRunTest, NamesThatAreTheLabelCannotBeRelabelled) {
  rules_.relabel = true;
  const auto count = Filter(kChosen + "}\n", {VerdictOf("1", -2, Label::kResponse1)});
  ASSERT_TRUE(count.ok());
  EXPECT_THAT(kept_, IsEmpty());
  EXPECT_THAT(dropped_, ElementsAre(HasSubstr(R"("reason":"cannot_relabel")")));
  EXPECT_TRUE(dropped_[0].starts_with(kChosen + ","));
}

TEST_F(FilterRunTest, RowsWithoutAVerdictAreDroppedWhole) {
  const auto error = [](const std::string& row) {
    return R"({"id":)" + row + R"(,"row":)" + row + R"(,"error":{"code":"c","message":"m"}})";
  };
  const std::string missing = R"({"prompt":"q","chosen":"a"})";
  const auto count = Filter(
      kChosen + "}\n" + missing + "\n{\"a\": \"b\n{\"\xFF\":1}\n{\"a\":1,\"a\":2}\n",
      {VerdictOf("1", 1, Label::kResponse1), error("2"), error("3"), error("4"), error("5")});
  ASSERT_TRUE(count.ok()) << count.status().message();
  const std::string prefix = R"("gram_cpu":{"decision":"dropped","reason":"error",)";
  const auto attached = [&](const std::string& row) { return prefix + error(row).substr(1) + "}"; };
  EXPECT_THAT(dropped_,
              ElementsAre(missing.substr(0, missing.size() - 1) + "," + attached("2"),
                          R"({"line":"{\"a\": \"b",)" + attached("3"), "{" + attached("4"),
                          R"({"line":"{\"a\":1,\"a\":2}",)" + attached("5")));
  EXPECT_EQ(count->dropped_rows(), 4);
  EXPECT_EQ(count->kept, 1);
}

TEST_F(FilterRunTest, AnArrayOverSeveralLinesBecomesLines) {
  const std::string rows =
      "[\n {\n  \"prompt\": \"a\\nb\",\n  \"chosen\": \"x\",\r\n  \"rejected\": "
      "\"y\"\n }\n]";
  ASSERT_TRUE(Filter(rows, {VerdictOf("1", 1, Label::kResponse1)}).ok());
  ASSERT_EQ(kept_.size(), 1u);
  EXPECT_TRUE(kept_[0].starts_with(
      "{   \"prompt\": \"a\\nb\",   \"chosen\": \"x\",    \"rejected\": \"y\"  ,\"gram_cpu\":"))
      << kept_[0];
}

TEST_F(FilterRunTest, TheNameOfTheVerdictCanBeChosen) {
  const std::string row = R"({"prompt":"q","chosen":"a","rejected":"b","gram\u005fcpu":1)";
  const auto clash = Filter(row + "}\n", {VerdictOf("1", 1, Label::kResponse1)});
  ASSERT_FALSE(clash.ok());
  EXPECT_THAT(clash.status().message(), HasSubstr("row 1 (id 1) has a field \"gram_cpu\" already; "
                                                  "--attach NAME"));
  join_.member = "my \"verdict\"";
  ASSERT_TRUE(Filter(row + "}\n", {VerdictOf("1", 1, Label::kResponse1)}).ok());
  EXPECT_TRUE(kept_[0].starts_with(row + R"(,"my \"verdict\"":{"decision":"kept",)")) << kept_[0];
}

TEST_F(FilterRunTest, VerdictsOfOtherRowsAreRefused) {
  const std::string row = R"({"id":"a","question":"q","response1":"x","response2":"y"})";
  const auto error = [&](const Lines& verdicts) {
    const auto count = Filter(row + "\n", verdicts);
    return count.ok() ? std::string() : count.status().message();
  };
  EXPECT_THAT(error({}), HasSubstr("the verdicts end after row 0"));
  EXPECT_THAT(error({VerdictOf("\"a\"", 1), VerdictOf("\"b\"", 1)}),
              HasSubstr("the input ends after row 1"));
  EXPECT_THAT(error({VerdictOf("\"b\"", 1)}), HasSubstr("row 1 (id \"a\")"));
  EXPECT_THAT(error({VerdictOf("\"a\"", 1, Label::kResponse1)}), HasSubstr("their labels differ"));
  EXPECT_THAT(error({R"({"id":"a","row":2,"error":{"code":"c","message":"m"}})"}),
              HasSubstr("it belongs to row 2"));
  EXPECT_THAT(error({"{}"}), HasSubstr("line 1 of the verdicts: not a line of rank, or of score"));
  EXPECT_THAT(error({VerdictOf("\"a\"", 1)}), IsEmpty());
}

TEST_F(FilterRunTest, ManifestOrIdsShowThatRowsAndVerdictsBelongTogether) {
  join_.only_by_id = true;
  const std::string row = R"("question":"q","response1":"x","response2":"y"})";
  const auto error = [&](const std::string& rows, const Lines& verdicts) {
    const auto count = Filter(rows, verdicts);
    return count.ok() ? std::string() : count.status().message();
  };
  const std::string named = R"({"id":"a",)" + row + "\n";
  EXPECT_THAT(error(named, {VerdictOf("\"a\"", 1)}), IsEmpty());
  EXPECT_THAT(error(named, {VerdictOf("\"b\"", 1)}), HasSubstr("do not belong together"));
  EXPECT_THAT(error(R"({"id":1,)" + row + "\n", {VerdictOf("\"1\"", 1)}),
              HasSubstr("do not belong together"))
      << "ids keep their type";
  const std::string nameless = "{" + row + "\n";
  EXPECT_THAT(error(nameless, {VerdictOf("1", 1)}), HasSubstr("row 1 (id 1) has no id of its own"));
  EXPECT_THAT(error(nameless, {VerdictOf("1", 1)}), HasSubstr("--trust-order"));
  // An error line says of which row it is.
  const std::string failed = R"({"id":2,"row":2,"error":{"code":"c","message":"m"}})";
  EXPECT_THAT(error(named + "not JSON\n", {VerdictOf("\"a\"", 1), failed}), IsEmpty());
  join_.only_by_id = false;
  EXPECT_THAT(error(nameless, {VerdictOf("1", 1)}), IsEmpty());
}

TEST_F(FilterRunTest, RowsGoThroughAsTheyAreWithoutAMember) {
  join_.member.clear();
  const std::string row = R"({ "prompt":"q" ,"chosen":"a","rejected":"b","gram_cpu":1 })";
  ASSERT_TRUE(
      Filter(row + "\nnot JSON\n", {VerdictOf("1", 1, Label::kResponse1),
                                    R"({"id":2,"row":2,"error":{"code":"c","message":"m"}})"})
          .ok());
  EXPECT_THAT(kept_, ElementsAre(row)) << "a field of that name is no obstacle";
  EXPECT_THAT(dropped_, ElementsAre(R"({"line":"not JSON"})"));
}

TEST_F(FilterRunTest, RankingsAreOnListsOfAsManyAnswers) {
  mapping_.comparisons = false;
  const std::string row = R"({"prompt":"q","responses":["a","b","c"])";
  const auto ranking = [](const std::string& ranks, const std::string& strengths,
                          const std::string& more = "") {
    return R"({"id":1,"ranks":)" + ranks + R"(,"strengths":)" + strengths +
           R"(,"comparisons_used":3,"orders_disagree":0)" + more + "}";
  };
  const auto error = [&](const std::string& verdict) {
    const auto count = Filter(row + "}\n", {verdict});
    return count.ok() ? std::string() : count.status().message();
  };
  const std::string good = ranking("[1,2,3]", "[1.0,0.5,-1.5]");
  rules_.min_margin = 0.5;
  EXPECT_THAT(error(good), IsEmpty());
  EXPECT_THAT(kept_, ElementsAre(row + Attached("kept\"", good)));
  rules_.min_margin = 0.6;
  EXPECT_THAT(error(good), IsEmpty());
  EXPECT_THAT(dropped_, ElementsAre(HasSubstr(R"("reason":"margin")")));
  EXPECT_THAT(error(ranking("[1,2]", "[1.0,0.5]")), HasSubstr("answers: 2 and 3"));
  rules_ = {};
  rules_.max_order_gap = 0.5;
  EXPECT_THAT(error(good), HasSubstr("rank with --matches"));
  EXPECT_THAT(error(ranking("[1,2,3]", "[1.0,0.5,-1.5]", R"(,"matches":[{"order_gap":0.75}])")),
              IsEmpty());
  EXPECT_THAT(dropped_, ElementsAre(HasSubstr(R"("reason":"order_gap")")));
  rules_ = {};
  rules_.drop_flagged = true;
  EXPECT_THAT(error(good), HasSubstr("leave out --drop-flagged"));
}

TEST_F(FilterRunTest, IdsThatAreNotEachRowsOwnShowNothing) {
  join_.only_by_id = true;
  const std::string row = R"({"id":7,"question":"q","response1":"x","response2":"y"})";
  const std::string other = R"({"id":"7","question":"q","response1":"x","response2":"y"})";
  EXPECT_TRUE(Filter(row + "\n" + other + "\n", {VerdictOf("7", 1), VerdictOf("\"7\"", 1)}).ok());
  const auto count = Filter(row + "\n" + row + "\n", {VerdictOf("7", 1), VerdictOf("7", -1)});
  ASSERT_FALSE(count.ok());
  EXPECT_THAT(count.status().message(),
              HasSubstr("rows row 2 (id 7) has the id of a row before it"));
  join_.only_by_id = false;
  EXPECT_TRUE(Filter(row + "\n" + row + "\n", {VerdictOf("7", 1), VerdictOf("7", -1)}).ok());
}

TEST_F(FilterRunTest, ErrorsNameTheVerdictsAndTheLine) {
  join_.verdicts = "the verdicts in v.jsonl";
  const std::string row = R"({"id":7,"question":"q","response1":"x","response2":"y"})";
  const auto count = Filter(row + "\n" + row + "\n", {VerdictOf("7", 1), "{}"});
  ASSERT_FALSE(count.ok());
  EXPECT_THAT(count.status().message(), HasSubstr("line 2 of the verdicts in v.jsonl: not a line"));
}

// Whatever the rules: every row is somewhere, once, unchanged but for what was asked.
TEST_F(FilterRunTest, EveryRowIsKeptOrDropped) {
  std::mt19937 random(7);
  const auto chance = [&random](int one_in) { return random() % one_in == 0; };
  // The first row that is JSON says what format the file has.
  Lines rows = {R"({"question":"q","response1":"a","response2":"b"})"};
  Lines verdicts = {VerdictOf("1", 1)};
  for (int i = 2; i <= 300; ++i) {
    const std::string id = std::to_string(i);
    if (chance(10)) {
      rows.push_back("not JSON " + id);
      verdicts.push_back("{\"id\":" + id + ",\"row\":" + id +
                         ",\"error\":{\"code\":\"invalid_json\",\"message\":\"m\"}}");
      continue;
    }
    const bool labelled = chance(2);
    rows.push_back(R"({"question":"q)" + id + R"(","response1":"a","response2":"b","x":)" +
                   RandomRow(random()) + (labelled ? ",\"label\":2}" : "}"));
    verdicts.push_back(VerdictOf(id, static_cast<double>(random() % 9) - 4,
                                 labelled ? Label::kResponse2 : Label::kNone));
  }
  for (int mask = 0; mask < 16; ++mask) {
    rules_ = {};
    if ((mask & 1) != 0) rules_.min_margin = 2;
    rules_.keep_agree = (mask & 2) != 0;
    rules_.swap_if_better = (mask & 12) == 4;
    rules_.relabel = (mask & 8) != 0;
    const auto count = Filter(Text(rows), verdicts);
    ASSERT_TRUE(count.ok()) << count.status().message();
    EXPECT_EQ(count->rows, static_cast<int64_t>(rows.size()));
    EXPECT_EQ(kept_.size() + dropped_.size(), rows.size());
    EXPECT_EQ(count->kept, static_cast<int64_t>(kept_.size()));
    EXPECT_EQ(count->dropped_rows(), static_cast<int64_t>(dropped_.size()));
    ExpectEachOnceInOrder(rows, count->swapped + count->relabelled);
  }
}

}  // namespace
}  // namespace gram::jobs
