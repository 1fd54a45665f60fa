// Pairs an hour through the public API, prefixes shared and not: JudgeBench rows, and one question
// with eight answers, each against each. GRAM_BENCH_MODEL names the packed model; without it the
// tiny test model is converted and the figures mean little. Checks its answers before it times
// anything.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/diagnostics/bench_texts.h"
#include "gram/judge.h"
#include "tools/convert/convert.h"

namespace {

using gram::Judge;
using gram::Pair;
using gram::Result;
using gram::Verdict;

constexpr int kJudgeBenchStep = 35;  // ten rows spread over the 350 of its GPT split
constexpr int kAnswers = 8;
constexpr int kQuestionTokens = 60;
constexpr int kAnswerTokens = 200;
constexpr size_t kCheckedPairs = 2;

struct PairSet {
  std::string name;
  std::vector<Pair> pairs;
};

void Exit(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

std::string SharedFolder() {
  const char* folder = std::getenv("GRAM_SHARED_DIR");
  return folder != nullptr ? folder : std::string(GRAM_SOURCE_DIR) + "/../shared";
}

/// A packed model: the user's, or the tiny one in a file that goes when the process does.
class ModelFile {
 public:
  ModelFile() {
    if (const char* path = std::getenv("GRAM_BENCH_MODEL")) {
      path_ = path;
      return;
    }
    char folder[] = "/tmp/score_bench.XXXXXX";
    if (::mkdtemp(folder) == nullptr) Exit("cannot make a folder in /tmp");
    folder_ = folder;
    path_ = folder_ + "/tiny.gram";
    const gram::Status made = gram::convert::Convert(
        {.folder = std::string(GRAM_SOURCE_DIR) + "/tests/golden/tiny-tied", .output = path_});
    if (!made.ok()) Exit(made.message());
  }
  ~ModelFile() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string folder_;
};

Judge Open(const std::string& path, bool share) {
  Result<Judge> judge = Judge::Open(path, {.share_prefixes = share});
  if (!judge.ok()) Exit(judge.status().message());
  return std::move(judge).value();
}

PairSet JudgeBench(const std::string& path) {
  PairSet set = {"JudgeBench", {}};
  std::ifstream file(path);
  int row = 0;
  for (std::string line; std::getline(file, line);) {
    if (row++ % kJudgeBenchStep != 0) continue;
    const auto json = nlohmann::json::parse(line);
    set.pairs.push_back({json.at("question"), json.at("response_A"), json.at("response_B")});
  }
  return set;
}

PairSet EightAnswers(const Judge& judge) {
  auto texts = gram::diagnostics::BenchTexts::Make(judge);
  if (!texts.ok()) Exit(texts.status().message());
  const std::string question = texts->Text(kQuestionTokens);
  std::vector<std::string> answers;
  for (int i = 0; i < kAnswers; ++i) answers.push_back(texts->Text(kAnswerTokens));
  PairSet set = {"EightAnswers", {}};
  for (size_t i = 0; i < answers.size(); ++i) {
    for (size_t j = i + 1; j < answers.size(); ++j) {
      set.pairs.push_back({question, answers[i], answers[j]});
    }
  }
  return set;
}

std::vector<Verdict> Score(Judge& judge, const std::vector<Pair>& pairs) {
  std::vector<Verdict> verdicts;
  for (const Result<Verdict>& verdict : judge.Score(pairs, {})) {
    if (!verdict.ok()) Exit(verdict.status().message());
    verdicts.push_back(*verdict);
  }
  return verdicts;
}

/// Sharing must not change a bit.
void Check(const std::string& model, const PairSet& set) {
  const std::vector<Pair> some(set.pairs.begin(),
                               set.pairs.begin() + std::min(kCheckedPairs, set.pairs.size()));
  Judge shared = Open(model, true);
  Judge unshared = Open(model, false);
  const auto expected = Score(unshared, some);
  const auto got = Score(shared, some);
  for (size_t i = 0; i < some.size(); ++i) {
    if (expected[i].score_response1 != got[i].score_response1 ||
        expected[i].score_response2 != got[i].score_response2) {
      Exit(set.name + ": sharing changed the scores of pair " + std::to_string(i + 1));
    }
  }
}

/// An iteration scores the whole set with an engine that keeps the instruction already.
void Register(const std::string& model, const PairSet& set, bool share) {
  const std::string name = set.name + (share ? "/shared" : "/unshared");
  benchmark::RegisterBenchmark(name.c_str(),
                               [&model, &set, share](benchmark::State& state) {
                                 Judge judge = Open(model, share);
                                 Score(judge, {Pair{}});
                                 int64_t tokens = 0;
                                 for (auto _ : state) {
                                   for (const Verdict& verdict : Score(judge, set.pairs)) {
                                     tokens += PromptTokens(verdict);
                                   }
                                 }
                                 state.counters["pairs_per_hour"] = benchmark::Counter(
                                     3600.0 * static_cast<double>(state.iterations()) *
                                         static_cast<double>(set.pairs.size()),
                                     benchmark::Counter::kIsRate);
                                 state.counters["prompt_tokens_per_s"] = benchmark::Counter(
                                     static_cast<double>(tokens), benchmark::Counter::kIsRate);
                               })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const ModelFile model;
  std::vector<PairSet> sets = {EightAnswers(Open(model.path(), true))};
  const std::string rows = SharedFolder() + "/data/judgebench/gpt.jsonl";
  if (std::filesystem::exists(rows)) sets.push_back(JudgeBench(rows));
  for (const PairSet& set : sets) {
    Check(model.path(), set);
    for (const bool share : {true, false}) Register(model.path(), set, share);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
