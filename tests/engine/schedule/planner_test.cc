// Plans as data: every token once, every readout there, budgets kept; against what the prompts say.
#include "engine/schedule/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/testing/random.h"

namespace gram::schedule {
namespace {

using testing::Random;

/// The prompt that a readout's segment spells, from the root; cached segments have no tokens of
/// their own.
Prompt Spell(const Plan& plan, int32_t segment, const Prompt& cached = {}) {
  Prompt prompt;
  for (; segment >= 0; segment = plan.segments[static_cast<size_t>(segment)].parent) {
    const Segment& s = plan.segments[static_cast<size_t>(segment)];
    const Prompt& source = s.cached ? cached : plan.tokens;
    const auto first = source.begin() + static_cast<ptrdiff_t>(s.cached ? s.start : s.first_row);
    prompt.insert(prompt.begin(), first, first + static_cast<ptrdiff_t>(s.length));
  }
  return prompt;
}

/// Structure that holds for every plan: rows covered once in order, parents first, positions
/// continuous.
void CheckStructure(const Plan& plan) {
  size_t row = 0;
  for (size_t i = 0; i < plan.segments.size(); ++i) {
    const Segment& s = plan.segments[i];
    ASSERT_GE(s.length, 1U);
    ASSERT_LT(s.parent, static_cast<int32_t>(i));
    ASSERT_EQ(s.start, s.parent < 0 ? 0 : plan.segments[static_cast<size_t>(s.parent)].end());
    if (s.cached) continue;
    ASSERT_EQ(s.first_row, row);
    row += s.length;
  }
  ASSERT_EQ(row, plan.tokens.size());
}

/// The number of different non-empty prefixes of the prompts: what a perfectly shared forest
/// computes.
size_t DistinctPrefixes(const std::vector<Prompt>& prompts) {
  std::set<Prompt> prefixes;
  for (const Prompt& prompt : prompts) {
    for (size_t n = 1; n <= prompt.size(); ++n)
      prefixes.insert(Prompt(prompt.begin(), prompt.begin() + static_cast<ptrdiff_t>(n)));
  }
  return prefixes.size();
}

std::vector<Prompt> RandomPrompts(Random* random, size_t count, size_t alphabet, size_t longest) {
  std::vector<Prompt> prompts(count);
  for (Prompt& prompt : prompts) {
    prompt.resize(1 + random->Below(longest));
    for (TokenId& token : prompt) token = static_cast<TokenId>(random->Below(alphabet));
  }
  return prompts;
}

TEST(PrefixTree, ComputesEveryDistinctPrefixOnce) {
  Random random(10);
  for (int round = 0; round < 200; ++round) {
    const auto prompts = RandomPrompts(&random, 1 + random.Below(12), 1 + random.Below(3), 12);
    PrefixTree tree;
    for (size_t i = 0; i < prompts.size(); ++i) {
      const size_t before = tree.tokens();
      const size_t added = tree.NewTokens(prompts[i]);
      tree.Insert(prompts[i], i);
      ASSERT_EQ(tree.tokens(), before + added);
    }
    const Plan plan = tree.ToPlan();
    CheckStructure(plan);
    ASSERT_EQ(plan.tokens.size(), DistinctPrefixes(prompts));
    ASSERT_EQ(plan.readouts.size(), prompts.size());
    for (const Readout& readout : plan.readouts)
      ASSERT_EQ(Spell(plan, readout.segment), prompts[readout.prompt]);
  }
}

TEST(PrefixTree, WithoutSharingEveryPromptIsAlone) {
  PrefixTree tree(size_t{0});
  tree.Insert(Prompt{1, 2, 3}, 0);
  tree.Insert(Prompt{1, 2, 3}, 1);
  const Plan plan = tree.ToPlan();
  CheckStructure(plan);
  EXPECT_EQ(plan.tokens, (Prompt{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(plan.segments.size(), 2U);
}

TEST(PrefixTree, APromptThatIsAnothersPrefixReadsOutInTheMiddle) {
  PrefixTree tree;
  tree.Insert(Prompt{1, 2, 3, 4}, 0);
  tree.Insert(Prompt{1, 2}, 1);
  tree.Insert(Prompt{1, 2}, 2);
  const Plan plan = tree.ToPlan();
  CheckStructure(plan);
  EXPECT_EQ(plan.tokens, (Prompt{1, 2, 3, 4}));
  ASSERT_EQ(plan.segments.size(), 2U);
  std::map<size_t, int32_t> where;
  for (const Readout& readout : plan.readouts) where[readout.prompt] = readout.segment;
  EXPECT_EQ(where, (std::map<size_t, int32_t>{{0, 1}, {1, 0}, {2, 0}}));
}

/// Rows that a plan's segments claim, and cached segments that spell a beginning of `cached`.
void CheckCached(const Plan& plan, const Prompt& cached) {
  for (const Segment& segment : plan.segments) {
    ASSERT_TRUE(!segment.cached || segment.end() <= cached.size());
  }
}

TEST(Planner, KeepsBudgetAndEveryReadout) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    const auto prompts = RandomPrompts(&random, 1 + random.Below(40), 2, 15);
    const Prompt cached = round % 3 == 0 ? Prompt{} : RandomPrompts(&random, 1, 2, 8)[0];
    const PlannerOptions options{5 + random.Below(60), random.Below(4) == 0 ? size_t{0} : kShareAll,
                                 cached};
    const auto plans = MakePlans(prompts, options);
    std::vector<int> read(prompts.size());
    for (const Plan& plan : plans) {
      CheckStructure(plan);
      CheckCached(plan, cached);
      for (const Readout& readout : plan.readouts) {
        ++read[readout.prompt];
        ASSERT_EQ(Spell(plan, readout.segment, cached), prompts[readout.prompt]);
        ASSERT_FALSE(plan.segments[static_cast<size_t>(readout.segment)].cached);
      }
      ASSERT_TRUE(plan.tokens.size() <= options.batch_tokens || plan.readouts.size() == 1);
    }
    ASSERT_EQ(read, std::vector<int>(prompts.size(), 1));
  }
}

// With room for all, exactly the distinct prefixes are computed, less what is cached and not read
// out.
TEST(Planner, ComputesNothingTwice) {
  Random random(12);
  for (int round = 0; round < 200; ++round) {
    const auto prompts = RandomPrompts(&random, 1 + random.Below(12), 2, 12);
    const Prompt cached = RandomPrompts(&random, 1, 2, 8)[0];
    const auto plain = MakePlans(prompts, {100000, kShareAll, {}});
    ASSERT_EQ(plain.size(), 1U);
    ASSERT_EQ(plain[0].tokens.size(), DistinctPrefixes(prompts));
    const auto cached_plan = MakePlans(prompts, {100000, kShareAll, cached});
    ASSERT_EQ(cached_plan.size(), 1U);
    ASSERT_LE(cached_plan[0].tokens.size(), plain[0].tokens.size());
  }
}

// What is longer than the limit is in one segment without a parent, whatever else it begins with.
TEST(Planner, LongPromptsShareNothing) {
  const std::vector<Prompt> prompts = {{1, 2, 3}, {1, 2, 4}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 6}};
  const Prompt cached = {1, 2};
  const auto plans = MakePlans(prompts, {100, 3, cached});
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].tokens.size(), 1U + 1 + 5 + 5);
  for (const Readout& readout : plans[0].readouts) {
    const Segment& segment = plans[0].segments[static_cast<size_t>(readout.segment)];
    EXPECT_EQ(Spell(plans[0], readout.segment, cached), prompts[readout.prompt]);
    EXPECT_EQ(segment.parent < 0, readout.prompt >= 2) << readout.prompt;
  }
  // A cached prefix that is itself longer was computed for prompts of another kind.
  const Prompt long_prefix = {1, 2, 3, 4};
  const auto uncached = MakePlans(prompts, {100, 3, long_prefix});
  ASSERT_EQ(uncached.size(), 1U);
  for (const Segment& segment : uncached[0].segments) EXPECT_FALSE(segment.cached);
}

TEST(Planner, OpponentsOfOneResponseComeTogetherWhateverTheirOrder) {
  // Prompts question, first response, second response: all ordered pairs of 4, shuffled.
  std::vector<Prompt> prompts;
  for (TokenId a = 1; a <= 4; ++a) {
    for (TokenId b = 1; b <= 4; ++b) prompts.push_back({9, 9, a, a, a, b, b, b});
  }
  std::swap(prompts[0], prompts[7]);
  std::swap(prompts[3], prompts[12]);
  const auto plans = MakePlans(prompts, {100, kShareAll, {}});
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].tokens.size(), 2U + 4 * 3 + 16 * 3);
}

TEST(Planner, TakesNothingAndEmptyPrompts) {
  EXPECT_TRUE(MakePlans({}, {}).empty());
  const std::vector<Prompt> prompts = {{1}, {2}, {3}, {}};
  const auto plans = MakePlans(prompts, {});
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].readouts.size(), 3U);
}

}  // namespace
}  // namespace gram::schedule
