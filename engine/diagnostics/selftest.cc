// The self-test: one reference, then the same pairs computed in every other way.
#include "gram/selftest.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <new>
#include <numeric>
#include <set>
#include <utility>

#include "engine/base/status.h"
#include "engine/diagnostics/selftest.h"

namespace gram {
namespace {

using Verdicts = std::vector<Verdict>;
using Numbers = std::vector<size_t>;

/// Short, but of many lengths and kinds: questions asked once, twice and three times, with a
/// response in common; identical responses; empty texts; other scripts; prompts that end in
/// different K/V blocks.
std::vector<Pair> SelfTestPairs() {
  const std::string river = "Why do rivers meander?";
  const std::string bends =
      "Water in a bend flows faster along the outer bank and slower along the inner one. The outer "
      "bank is worn away, the inner one collects sand, and so a small bend grows into a large one.";
  const std::string frog = "Переведи на русский: frog";
  return {
      {river, bends, "Because they want to."},
      {river, bends, "A river bends where the ground is softer on one side."},
      {river, "Nobody knows.", bends},
      {"Name a prime number between 10 and 20.", "13", "15"},
      {"Name a prime number between 10 and 20.", "17", "17"},  // identical responses
      {"Say nothing.", "", "Certainly! Here is nothing."},     // an empty response
      {"", "", ""},
      {frog, "лягушка", "жаба 🐸"},
      {frog, "לא יודע", "かえる (蛙)"},
      {"Write a function that adds two numbers.", "def add(a, b):\n    return a + b\n",
       "int add(int a, int b) { return a - b; }"},
      {"Give advice to someone who learns to bake bread.",
       "Weigh the flour instead of using cups, since a cup of flour may hold a third more than the "
       "next. Give the dough time: a slow rise in a cool place brings more taste than a quick one "
       "in a warm place. Bake until the crust is darker than feels safe, and let the loaf cool "
       "before you cut it, because the crumb is still setting while it is hot. Write down what you "
       "changed from loaf to loaf, or you will not know which change it was that helped.",
       "Buy it."},
      {"Count to three.", "one\ntwo\nthree", "1, 2, 3"},
  };
}

/// A packed model and the built-in pairs.
class FileSubject final : public diagnostics::SelfTestSubject {
 public:
  explicit FileSubject(std::string path) : path_(std::move(path)) {}

  std::string name() const override { return path_; }
  size_t pairs() const override { return pairs_.size(); }
  int small_batch() const override { return 512; }
  Result<std::unique_ptr<diagnostics::SelfTestEngine>> Open(const JudgeOptions& options) override {
    GRAM_ASSIGN_OR_RETURN(Judge judge, Judge::Open(path_, options));
    return std::unique_ptr<diagnostics::SelfTestEngine>(
        std::make_unique<Engine>(std::move(judge), pairs_));
  }

 private:
  class Engine final : public diagnostics::SelfTestEngine {
   public:
    Engine(Judge judge, std::span<const Pair> pairs) : judge_(std::move(judge)), pairs_(pairs) {}

    EngineInfo info() const override { return judge_.info(); }
    Result<Verdicts> Score(std::span<const size_t> numbers) override {
      std::vector<Pair> pairs;
      for (const size_t number : numbers) pairs.push_back(pairs_[number]);
      Verdicts verdicts;
      for (const Result<Verdict>& verdict : judge_.Score(pairs, {})) {
        if (!verdict.ok()) {
          return Annotate(verdict.status(),
                          "built-in pair " + std::to_string(numbers[verdicts.size()] + 1));
        }
        verdicts.push_back(*verdict);
      }
      return verdicts;
    }

   private:
    Judge judge_;
    std::span<const Pair> pairs_;
  };

  std::string path_;
  std::vector<Pair> pairs_ = SelfTestPairs();
};

std::set<int> ThreadCounts(int threads) {
  if (threads > 4) return {1, 2, threads / 2, threads};
  std::set<int> counts;
  for (int count = 1; count <= threads; ++count) counts.insert(count);
  return counts;
}

bool SameBits(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

/// Runs the checks on one reference and collects what they find.
class SelfTest {
 public:
  SelfTest(diagnostics::SelfTestSubject& subject, JudgeOptions options,
           const std::function<void(const SelfTestCheck&)>& done)
      : subject_(subject), options_(std::move(options)), done_(done), all_(subject.pairs()) {
    std::iota(all_.begin(), all_.end(), size_t{0});
  }

  Result<SelfTestReport> Run() {
    GRAM_RETURN_IF_ERROR(CheckOneEngine());
    JudgeOptions unshared = options_;
    unshared.share_prefixes = !options_.share_prefixes;
    GRAM_RETURN_IF_ERROR(CheckAnotherEngine(
        unshared.share_prefixes ? "shared prefixes" : "no shared prefixes", unshared));
    JudgeOptions small = options_;
    small.batch_tokens = static_cast<size_t>(subject_.small_batch());
    GRAM_RETURN_IF_ERROR(CheckAnotherEngine(
        "batches of " + std::to_string(subject_.small_batch()) + " tokens", small));
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
    GRAM_ASSIGN_OR_RETURN(const auto engine, subject_.Open(options_));
    GRAM_ASSIGN_OR_RETURN(reference_, engine->Score(all_));
    Describe(engine->info());
    GRAM_RETURN_IF_ERROR(Compare("a second run", engine->Score(all_)));
    GRAM_RETURN_IF_ERROR(Compare("each pair alone", ScoreEachAlone(*engine)));
    return Compare("in reverse order", ScoreReversed(*engine));
  }

  Status CheckAnotherEngine(const std::string& name, const JudgeOptions& options) {
    GRAM_ASSIGN_OR_RETURN(const auto engine, subject_.Open(options));
    return Compare(name, engine->Score(all_));
  }

  Result<Verdicts> ScoreEachAlone(diagnostics::SelfTestEngine& engine) const {
    Verdicts verdicts;
    for (const size_t& number : all_) {
      GRAM_ASSIGN_OR_RETURN(const Verdicts alone, engine.Score({&number, 1}));
      verdicts.push_back(alone.front());
    }
    return verdicts;
  }

  Result<Verdicts> ScoreReversed(diagnostics::SelfTestEngine& engine) const {
    const Numbers reversed(all_.rbegin(), all_.rend());
    GRAM_ASSIGN_OR_RETURN(Verdicts verdicts, engine.Score(reversed));
    std::reverse(verdicts.begin(), verdicts.end());
    return verdicts;
  }

  void Describe(const EngineInfo& info) {
    report_.model = subject_.name();
    report_.engine = info;
    report_.pairs = all_.size();
    report_.shortest = std::numeric_limits<int>::max();
    for (const Verdict& verdict : reference_) {
      for (size_t i = 0; i < 2; ++i) {
        const int tokens = verdict.is_reward ? verdict.prompts[i].tokens : verdict.orders[i].tokens;
        report_.shortest = std::min(report_.shortest, tokens);
        report_.longest = std::max(report_.longest, tokens);
      }
    }
  }

  Status Compare(const std::string& name, const Result<Verdicts>& verdicts) {
    if (!verdicts.ok()) return verdicts.status();
    report_.checks.push_back({name, diagnostics::FirstDifference(reference_, *verdicts)});
    if (done_) done_(report_.checks.back());
    return {};
  }

  diagnostics::SelfTestSubject& subject_;
  JudgeOptions options_;
  const std::function<void(const SelfTestCheck&)>& done_;
  Numbers all_;
  Verdicts reference_;
  SelfTestReport report_;
};

/// All that a model gave for one pair, each value in `expected`. Rewards are floats, or the
/// differences of two.
std::vector<LogitDifference> ValuesOf(const Verdict& verdict, size_t pair) {
  if (verdict.is_reward) {
    return {{pair, 1, 'R', static_cast<float>(verdict.score_response1), 0},
            {pair, 2, 'R', static_cast<float>(verdict.score_response2), 0}};
  }
  std::vector<LogitDifference> values;
  for (const OrderVerdict& order : verdict.orders) {
    values.push_back({pair, order.slot_a, 'A', order.logit_a, 0});
    values.push_back({pair, order.slot_a, 'B', order.logit_b, 0});
  }
  return values;
}

}  // namespace

std::optional<LogitDifference> diagnostics::FirstDifference(std::span<const Verdict> expected,
                                                            std::span<const Verdict> got) {
  GRAM_DCHECK(expected.size() == got.size());
  for (size_t pair = 0; pair < expected.size(); ++pair) {
    const std::vector<LogitDifference> want = ValuesOf(expected[pair], pair);
    const std::vector<LogitDifference> have = ValuesOf(got[pair], pair);
    GRAM_DCHECK(want.size() == have.size());
    for (size_t i = 0; i < want.size(); ++i) {
      if (SameBits(want[i].expected, have[i].expected)) continue;
      LogitDifference found = want[i];
      found.got = have[i].expected;
      return found;
    }
  }
  return std::nullopt;
}

Result<SelfTestReport> diagnostics::TestSubject(
    SelfTestSubject& subject, const JudgeOptions& options,
    const std::function<void(const SelfTestCheck&)>& done) {
  return SelfTest(subject, options, done).Run();
}

Result<SelfTestReport> RunSelfTest(const std::string& model_path, const JudgeOptions& options,
                                   const std::function<void(const SelfTestCheck&)>& done) {
  try {
    FileSubject subject(model_path);
    return diagnostics::TestSubject(subject, options, done);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory during the self-test; a smaller model needs less");
  }
}

Result<SelfTestReport> RunShapeSelfTest(const JudgeOptions& options,
                                        const std::function<void(const SelfTestCheck&)>& done) {
  try {
    diagnostics::ShapeSubject subject("2 layers in the shape of Qwen3-1.7B, random weights",
                                      diagnostics::RealShape());
    return diagnostics::TestSubject(subject, options, done);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory: a model in a real shape needs 300 MB");
  }
}

}  // namespace gram
