// The self-test: one reference, then the same pairs computed in every other way.
#include "gram/selftest.h"

#include <algorithm>
#include <new>
#include <set>
#include <utility>

#include "engine/api/first_difference.h"
#include "engine/api/selftest_pairs.h"
#include "engine/base/status.h"

namespace gram {
namespace {

using Verdicts = std::vector<Verdict>;

constexpr size_t kSmallBatch = 512;  // tokens: a prompt or two

Result<Verdicts> ScoreAll(Judge& judge, std::span<const Pair> pairs) {
  Verdicts verdicts;
  for (const Result<Verdict>& verdict : judge.Score(pairs, {})) {
    if (!verdict.ok()) {
      return Annotate(verdict.status(), "built-in pair " + std::to_string(verdicts.size() + 1));
    }
    verdicts.push_back(*verdict);
  }
  return verdicts;
}

Result<Verdicts> ScoreEachAlone(Judge& judge, std::span<const Pair> pairs) {
  Verdicts verdicts;
  for (size_t i = 0; i < pairs.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(const Verdicts alone, ScoreAll(judge, pairs.subspan(i, 1)));
    verdicts.push_back(alone.front());
  }
  return verdicts;
}

Result<Verdicts> ScoreReversed(Judge& judge, std::span<const Pair> pairs) {
  const std::vector<Pair> reversed(pairs.rbegin(), pairs.rend());
  GRAM_ASSIGN_OR_RETURN(Verdicts verdicts, ScoreAll(judge, reversed));
  std::reverse(verdicts.begin(), verdicts.end());
  return verdicts;
}

std::set<int> ThreadCounts(int threads) {
  if (threads > 4) return {1, 2, threads / 2, threads};
  std::set<int> counts;
  for (int count = 1; count <= threads; ++count) counts.insert(count);
  return counts;
}

/// Runs the checks on one reference and collects what they find.
class SelfTest {
 public:
  SelfTest(std::string model_path, JudgeOptions options,
           const std::function<void(const SelfTestCheck&)>& done)
      : model_path_(std::move(model_path)), options_(std::move(options)), done_(done) {}

  Result<SelfTestReport> Run() {
    GRAM_RETURN_IF_ERROR(CheckOneEngine());
    JudgeOptions unshared = options_;
    unshared.share_prefixes = !options_.share_prefixes;
    GRAM_RETURN_IF_ERROR(CheckAnotherEngine(
        unshared.share_prefixes ? "shared prefixes" : "no shared prefixes", unshared));
    JudgeOptions small = options_;
    small.batch_tokens = kSmallBatch;
    GRAM_RETURN_IF_ERROR(
        CheckAnotherEngine("batches of " + std::to_string(kSmallBatch) + " tokens", small));
    for (const int count : ThreadCounts(report_.engine.threads)) {
      JudgeOptions threads = options_;
      threads.threads = count;
      GRAM_RETURN_IF_ERROR(CheckAnotherEngine(
          std::to_string(count).append(count == 1 ? " thread" : " threads"), threads));
    }
    report_.identical = std::none_of(report_.checks.begin(), report_.checks.end(),
                                     [](const auto& check) { return check.difference; });
    return std::move(report_);
  }

 private:
  Status CheckOneEngine() {
    GRAM_ASSIGN_OR_RETURN(Judge judge, Judge::Open(model_path_, options_));
    GRAM_ASSIGN_OR_RETURN(reference_, ScoreAll(judge, pairs_));
    Describe(judge.info());
    GRAM_RETURN_IF_ERROR(Compare("a second run", ScoreAll(judge, pairs_)));
    GRAM_RETURN_IF_ERROR(Compare("each pair alone", ScoreEachAlone(judge, pairs_)));
    return Compare("in reverse order", ScoreReversed(judge, pairs_));
  }

  Status CheckAnotherEngine(const std::string& name, const JudgeOptions& options) {
    GRAM_ASSIGN_OR_RETURN(Judge judge, Judge::Open(model_path_, options));
    return Compare(name, ScoreAll(judge, pairs_));
  }

  void Describe(const EngineInfo& info) {
    report_.engine = info;
    report_.pairs = pairs_.size();
    report_.shortest = report_.longest = reference_.front().orders[0].tokens;
    for (const Verdict& verdict : reference_) {
      for (const OrderVerdict& order : verdict.orders) {
        report_.shortest = std::min(report_.shortest, order.tokens);
        report_.longest = std::max(report_.longest, order.tokens);
      }
    }
  }

  Status Compare(const std::string& name, const Result<Verdicts>& verdicts) {
    if (!verdicts.ok()) return verdicts.status();
    report_.checks.push_back({name, api::FirstDifference(reference_, *verdicts)});
    if (done_) done_(report_.checks.back());
    return {};
  }

  std::string model_path_;
  JudgeOptions options_;
  const std::function<void(const SelfTestCheck&)>& done_;
  std::vector<Pair> pairs_ = api::SelfTestPairs();
  Verdicts reference_;
  SelfTestReport report_;
};

}  // namespace

Result<SelfTestReport> RunSelfTest(const std::string& model_path, const JudgeOptions& options,
                                   const std::function<void(const SelfTestCheck&)>& done) {
  try {
    return SelfTest(model_path, options, done).Run();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; a smaller model needs less");
  }
}

}  // namespace gram
