// The whole program against PyTorch's values for the committed tiny model: token counts, logits,
// scores.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"
#include "tests/testing/paths.h"

namespace gram::cli {
namespace {

using Json = nlohmann::json;

// The golden rows of one protocol.
std::vector<Json> GoldenRows(const std::string& protocol) {
  std::vector<Json> rows;
  std::ifstream file(testing::GoldenPath("tiny-tied.golden.jsonl"));
  for (std::string line; std::getline(file, line);) {
    Json row = Json::parse(line);
    if (row["protocol"] == protocol) rows.push_back(std::move(row));
  }
  return rows;
}

// How far logits are from PyTorch's in f32: ours, and PyTorch's own in bf16.
struct Deviation {
  double worst = 0;
  double torch_worst = 0;
  double sum = 0;
  double torch_sum = 0;
};

// What every processor must give alike.
Json Recorded() {
  return Json::parse(testing::ReadBytes(testing::GoldenPath("tiny-tied.same.json")));
}

class GoldenCliTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::vector<Json> Score(const std::vector<Json>& rows, std::vector<std::string> options) const {
    std::string input;
    for (const Json& row : rows) {
      input += Json{{"id", row["id"]},
                    {"question", row["question"]},
                    {"response1", row["response_a"]},
                    {"response2", row["response_b"]}}
                   .dump() +
               "\n";
    }
    options.insert(options.begin(), {"score", "--model", model_, "--input", "-", "--parse-special",
                                     "--protocol", GetParam()});
    const CliResult result = RunCli(options, input);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<Json> lines;
    for (const std::string& line : result.lines()) lines.push_back(Json::parse(line));
    EXPECT_EQ(lines.size(), rows.size());
    lines.resize(rows.size());
    return lines;
  }

  static Deviation Compare(const std::vector<Json>& rows, const std::vector<Json>& lines) {
    Deviation deviation;
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t order = 0; order < 2; ++order) {
        const Json& golden = rows[i]["orders"][order];
        const Json& ours = lines[i]["orders"][order];
        EXPECT_EQ(ours["slot_a"], order + 1);
        EXPECT_EQ(ours["tokens"], golden["token_ids"].size()) << rows[i]["id"];
        for (size_t slot = 0; slot < 2; ++slot) {
          const double exact = golden["logits_f32"][slot];
          const double torch = std::abs(golden["logits_bf16"][slot].get<double>() - exact);
          const double logit = ours[slot == 0 ? "logit_A" : "logit_B"];
          deviation.sum += std::abs(logit - exact);
          deviation.torch_sum += torch;
          deviation.worst = std::max(deviation.worst, std::abs(logit - exact));
          deviation.torch_worst = std::max(deviation.torch_worst, torch);
        }
      }
    }
    return deviation;
  }

  testing::TempDir folder_;
  std::string model_ = ConvertTiny(folder_);
};

TEST_P(GoldenCliTest, TheReferencePathHoldsTwoThousandths) {
  const std::vector<Json> rows = GoldenRows(GetParam());
  ASSERT_EQ(rows.size(), 7u);
  const std::vector<Json> lines = Score(rows, {"--isa", "scalar"});
  EXPECT_LE(Compare(rows, lines).worst, 2e-3);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(lines[i]["id"], rows[i]["id"]);
    EXPECT_NEAR(lines[i]["score_response1"], rows[i]["score_a_f32"], 1e-3);
    EXPECT_NEAR(lines[i]["score_response2"].get<double>(), 1 - rows[i]["score_a_f32"].get<double>(),
                1e-3);
  }
}

TEST_P(GoldenCliTest, EveryIsaIsAsGoodAsPyTorchInBf16) {
  const std::vector<Json> rows = GoldenRows(GetParam());
  for (const std::string& isa : Isas()) {
    const Deviation deviation = Compare(rows, Score(rows, {"--isa", isa}));
    EXPECT_LE(deviation.worst, 2 * deviation.torch_worst) << isa;
    EXPECT_LE(deviation.sum, deviation.torch_sum) << isa;
    if (!isa.ends_with("_bf16")) {
      EXPECT_LE(deviation.worst, 2e-3) << isa;
    }
  }
}

// A file converted on one processor gives the same bits on another: as recorded with avx2.
TEST_P(GoldenCliTest, F32VectorIsasGiveTheRecordedLogits) {
  const Json recorded = Recorded()["logits"][GetParam()];
  const std::vector<Json> rows = GoldenRows(GetParam());
  std::vector<std::string> isas = Isas();
  std::erase_if(isas, [](const auto& isa) { return isa == "scalar" || isa.ends_with("_bf16"); });
  if (isas.empty()) GTEST_SKIP() << "this CPU has none of avx2, avx512 and neon";
  for (const std::string& isa : isas) {
    const std::vector<Json> lines = Score(rows, {"--isa", isa});
    for (const Json& line : lines) {
      Json logits = Json::array();
      for (const Json& order : line["orders"])
        logits.push_back({order["logit_A"], order["logit_B"]});
      EXPECT_EQ(logits, recorded[line["id"].get<std::string>()]) << isa << ' ' << line["id"];
    }
  }
}

TEST_P(GoldenCliTest, TheCardsSnippetIsReproduced) {
  const std::vector<Json> rows = GoldenRows(GetParam());
  const std::vector<Json> lines = Score(rows, {"--isa", "scalar", "--scoring", "card-snippet"});
  for (size_t i = 0; i < rows.size(); ++i) {
    const Json& golden = rows[i]["card_snippet_scores_f32"];
    EXPECT_NEAR(lines[i]["score_response1"], golden[0], 1e-3);
    EXPECT_NEAR(lines[i]["score_response2"], golden[1], 1e-3);
  }
}

TEST_P(GoldenCliTest, SharingPrefixesDoesNotChangeTheReference) {
  const std::vector<Json> rows = GoldenRows(GetParam());
  EXPECT_EQ(Score(rows, {"--isa", "scalar"}), Score(rows, {"--isa", "scalar", "--no-share"}));
}

TEST(PackedFileCliTest, HasTheRecordedTensors) {
  const testing::TempDir folder;
  const CliResult result = RunCli({"inspect", ConvertTiny(folder), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json file = Json::parse(result.out);
  Json checksums;
  for (const Json& tensor : file["tensors"]) {
    checksums[tensor["name"].get<std::string>()] = tensor["xxh3"];
  }
  EXPECT_EQ(checksums, Recorded()["tensors"]);
}

INSTANTIATE_TEST_SUITE_P(Protocols, GoldenCliTest, ::testing::Values("card", "eval"),
                         [](const auto& protocol) { return std::string(protocol.param); });

}  // namespace
}  // namespace gram::cli
