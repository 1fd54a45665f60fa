// `gram-cpu rank` from outside: lists, rows, methods, exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"

namespace gram::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Json = nlohmann::json;

class RankCliTest : public ::testing::Test {
 protected:
  // Ranks `input` given on standard input, with `more` options.
  CliResult RankRows(const std::string& input, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {"rank", "--model", model_, "--input", "-"};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args, input);
  }

  // Ranks answers to the question "q" given as options, as JSON, with `more` options.
  Json RankList(const std::vector<std::string>& responses,
                const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {"rank",   "--model", model_, "--quiet",
                                     "--json", "--query", "q"};
    for (const std::string& response : responses) {
      args.emplace_back("--response");
      args.push_back(response);
    }
    args.insert(args.end(), more.begin(), more.end());
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return Json::parse(result.out, nullptr, false);
  }

  // What `score` says of the pair: the first one's score.
  double Score(const std::string& first, const std::string& second) const {
    const CliResult result = RunCli({"score", "--model", model_, "--quiet", "--json", "--query",
                                     "q", "--response1", first, "--response2", second});
    return Json::parse(result.out)["score_response1"].get<double>();
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

TEST_F(RankCliTest, ScoresAreThoseOfScore) {
  const std::vector<std::string> responses = {"a", "", "lagoon 7"};
  const Json ranking = RankList(responses, {"--matches"});
  EXPECT_EQ(ranking["method"], "round_robin");
  ASSERT_EQ(ranking["matches"].size(), 3u);
  for (const Json& match : ranking["matches"]) {
    const std::string& first = responses[match["first"].get<size_t>() - 1];
    const std::string& second = responses[match["second"].get<size_t>() - 1];
    EXPECT_EQ(match["score_first"].get<double>(), Score(first, second));
  }
}

TEST_F(RankCliTest, AListIsShownToPeople) {
  const CliResult result = RunCli({"rank", "--model", model_, "--query", "q", "--response", "a",
                                   "--response", "b", "--response", "a"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, StartsWith("Rank"));
  EXPECT_THAT(result.out, HasSubstr("Round robin, 1 comparison"));
  EXPECT_THAT(result.err, HasSubstr("protocol card"));
  EXPECT_THAT(result.err, HasSubstr("method auto"));
}

TEST_F(RankCliTest, TextsMayLookLikeOptionsAndLists) {
  const std::vector<std::string> odd = {"",      "-",  "--", "-5",  "--json", "[a,b]",
                                        "[a,b]", "{}", "%%", "a=b", "[]",     "--response"};
  EXPECT_EQ(RankList(odd)["ranks"].size(), odd.size());
  EXPECT_EQ(RankList({"{}"})["ranks"], Json({1}));
  EXPECT_EQ(RankList({"{}", "%%"})["ranks"].size(), 2u);
  EXPECT_EQ(RankList({"[a,b]"})["ranks"], Json({1}));
}

TEST_F(RankCliTest, MethodsCostWhatTheySay) {
  const std::vector<std::string> five = {"a", "b", "c", "d", "e"};
  EXPECT_EQ(RankList(five)["comparisons_used"], 10);
  EXPECT_EQ(RankList(five, {"--method", "knockout"})["comparisons_used"], 4);
  EXPECT_EQ(RankList(five, {"--method", "linear"})["comparisons_used"], 4);
  const CliResult over = RunCli({"rank", "--model", model_, "--query", "q", "--response", "a",
                                 "--response", "b", "--response", "c", "--round-robin-limit", "2"});
  EXPECT_EQ(over.exit_code, 1);
  EXPECT_THAT(over.err, HasSubstr("3 comparisons"));
}

constexpr const char* kRows = R"({"id":"one","prompt":"q","responses":["a","b","c"]})"
                              "\n"
                              R"({"prompt":"q","responses":[]})"
                              "\n"
                              "not json\n"
                              R"({"prompt":"q","responses":["only"]})"
                              "\n"
                              R"({"prompt":"other","responses":["x","y","x"]})"
                              "\n";

TEST_F(RankCliTest, RowsKeepTheirOrderAndBadOnesTheirPlace) {
  const CliResult result = RankRows(kRows);
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("2 of 5 rows"));
  const std::vector<std::string> lines = result.lines();
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(Json::parse(lines[0])["id"], "one");
  EXPECT_TRUE(Json::parse(lines[1]).contains("error"));
  EXPECT_EQ(Json::parse(lines[2])["error"]["code"], "invalid_json");
  EXPECT_EQ(Json::parse(lines[3])["ranks"], Json({1}));
  EXPECT_EQ(Json::parse(lines[4])["ranks"].size(), 3u);
}

// Shards, resuming and merging are the job loop's; here, that rank runs on it.
TEST_F(RankCliTest, IsAJob) {
  testing::WriteBytes(folder_ / "in.jsonl", kRows);
  const std::string whole = RankRows(kRows).out;
  const auto rank = [&](const std::string& output, const std::vector<std::string>& more) {
    std::vector<std::string> args = {
        "rank", "--model", model_, "--input", folder_ / "in.jsonl", "--output", folder_ / output};
    args.insert(args.end(), more.begin(), more.end());
    return RunCli(args);
  };
  EXPECT_EQ(rank("whole", {}).exit_code, 3);
  EXPECT_EQ(testing::ReadBytes(folder_ / "whole"), whole);
  const CliResult other = rank("whole", {"--resume", "--method", "linear"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("--method"));
  rank("half1", {"--shard", "1/2"});
  rank("half2", {"--shard", "2/2"});
  const CliResult merged =
      RunCli({"merge", "--output", folder_ / "merged", folder_ / "half1", folder_ / "half2"});
  EXPECT_EQ(merged.exit_code, 3) << merged.err;
  EXPECT_EQ(testing::ReadBytes(folder_ / "merged"), whole);
}

TEST_F(RankCliTest, PairsToTrainOnComeBesideTheRankings) {
  const std::string input = folder_ / "in.jsonl";
  testing::WriteBytes(input, kRows);
  const std::vector<std::string> args = {"rank",       "--model",  model_,
                                         input,        "--pairs",  folder_ / "pairs.jsonl",
                                         "--pairs-of", "best-each"};
  const CliResult ranked = RunCli(args);
  EXPECT_EQ(ranked.exit_code, 3) << ranked.err;
  const std::string pairs = testing::ReadBytes(folder_ / "pairs.jsonl");
  EXPECT_THAT(ranked.err, HasSubstr(" from 5 rows; "));
  const Json first = Json::parse(pairs.substr(0, pairs.find('\n')));
  EXPECT_EQ(first["prompt"], "q");
  EXPECT_EQ(first["id"], "one");
  EXPECT_NE(first["chosen"], first["rejected"]);
  EXPECT_GT(first["score_chosen"].get<double>(), first["score_rejected"].get<double>());
  EXPECT_EQ(RunCli(args).exit_code, 1) << "an output is not replaced unasked";
  // The rankings are done: the pairs are made of them anew.
  std::vector<std::string> again = args;
  again.emplace_back("--resume");
  EXPECT_EQ(RunCli(again).exit_code, 3);
  EXPECT_EQ(testing::ReadBytes(folder_ / "pairs.jsonl"), pairs);
}

TEST_F(RankCliTest, ADryRunRanksNothing) {
  const CliResult result = RankRows(kRows, {"--dry-run", "--quiet"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("rows              5 in 1 file\n"));
  EXPECT_THAT(result.out, HasSubstr("pairs             4\n"));  // 3, none of one, 1 of a copy
}

TEST_F(RankCliTest, ExplainsItsInputWithoutAModel) {
  testing::WriteBytes(folder_ / "in.jsonl", kRows);
  const CliResult result = RunCli({"rank", "--input", folder_ / "in.jsonl", "--explain-map"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("responses"));
}

TEST_F(RankCliTest, ARowAloneIsAsAmongOthersAndAsAList) {
  const std::vector<std::string> together = RankRows(kRows).lines();
  ASSERT_EQ(together.size(), 5u);
  const std::string rows = kRows;
  EXPECT_EQ(RankRows(rows.substr(0, rows.find('\n'))).lines().front(), together[0]);
  Json list = RankList({"a", "b", "c"});
  list["id"] = "one";
  EXPECT_EQ(list, Json::parse(together[0]));
}

TEST_F(RankCliTest, PairsAreListsOfTwo) {
  const CliResult result = RankRows(R"({"prompt":"q","chosen":"a","rejected":"b"})");
  ASSERT_EQ(result.lines().size(), 1u) << result.err;
  const Json line = Json::parse(result.lines()[0]);
  EXPECT_EQ(line["ranks"].size(), 2u);
  const double score = Score("a", "b");
  EXPECT_EQ(line["win_rates"][0].get<double>(), score);
  EXPECT_EQ(line["correct"], score > 0.5);
}

TEST_F(RankCliTest, UsageErrors) {
  const std::vector<std::vector<std::string>> kArgs = {
      {},
      {"--model", model_},
      {"--model", model_, "--query", "q"},
      {"--model", model_, "--response", "a"},
      {"--model", model_, "--query", "q", "--response"},
      {"--model", model_, "--query", "q", "--response", "a", "b"},
      {"--model", model_, "--query", "q", "--input", "-"},
      {"--model", model_, "--response", "a", "--input", "-"},
      {"--model", model_, "--query", "q", "--response", "a", "--output", "x"},
      {"--model", model_, "--query", "q", "--response", "a", "--matches"},
      {"--model", model_, "--query", "q", "--response", "a", "--attach"},
      {"--model", model_, "--query", "q", "--response", "a", "--pairs", "p"},
      {"--model", model_, "--input", "-", "--top", "0"},
      {"--model", model_, "--input", "-", "--top", "1", "--pairs", "p"},
      {"--model", model_, "--input", "-", "--shard", "1/2", "--pairs", "p"},
      {"--input", "-"},
      {"--model", "", "--query", "q", "--response", "a"},
      {"--model", model_, "--input", "-", "--method", "swiss"},
      {"--model", model_, "--input", "-", "--round-robin-limit", "1"},
      {"--model", model_, "--input", "-", "--round-robin-limit", "-3"}};
  for (std::vector<std::string> args : kArgs) {
    args.insert(args.begin(), "rank");
    const CliResult result = RunCli(args);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(args) << result.err;
    EXPECT_THAT(result.err, StartsWith("gram-cpu: "));
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

}  // namespace
}  // namespace gram::cli
