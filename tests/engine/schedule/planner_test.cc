// Plans as data: every token once, every readout there, budgets kept; against what the prompts say.
#include "engine/schedule/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/schedule/prefix_tree.h"
#include "tests/testing/random.h"

namespace gram::schedule {
namespace {

using testing::Random;

/// The prompt that a readout's segment spells, from the root.
Prompt Spell(const Plan& plan, int32_t segment) {
  Prompt prompt;
  for (; segment >= 0; segment = plan.segments[static_cast<size_t>(segment)].parent) {
    const Segment& s = plan.segments[static_cast<size_t>(segment)];
    const auto first = plan.tokens.begin() + static_cast<ptrdiff_t>(s.first_row);
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
    ASSERT_EQ(s.first_row, row);
    ASSERT_GE(s.length, 1U);
    ASSERT_LT(s.parent, static_cast<int32_t>(i));
    ASSERT_EQ(s.start, s.parent < 0 ? 0 : plan.segments[static_cast<size_t>(s.parent)].end());
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
  PrefixTree tree(false);
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

TEST(Planner, KeepsBudgetGroupsAndEveryReadout) {
  Random random(11);
  for (int round = 0; round < 100; ++round) {
    const auto prompts = RandomPrompts(&random, 2 * (1 + random.Below(20)), 2, 15);
    const PlannerOptions options{5 + random.Below(60), random.Below(2) == 0};
    const auto plans = MakePlans(prompts, 2, options);
    std::vector<int> plan_of(prompts.size(), -1);
    for (size_t p = 0; p < plans.size(); ++p) {
      CheckStructure(plans[p]);
      std::set<size_t> groups;
      for (const Readout& readout : plans[p].readouts) {
        ASSERT_EQ(plan_of[readout.prompt], -1) << "read out twice";
        plan_of[readout.prompt] = static_cast<int>(p);
        ASSERT_EQ(Spell(plans[p], readout.segment), prompts[readout.prompt]);
        groups.insert(readout.prompt / 2);
      }
      ASSERT_TRUE(plans[p].tokens.size() <= options.batch_tokens || groups.size() == 1);
    }
    for (size_t i = 0; i < prompts.size(); ++i) {
      ASSERT_GE(plan_of[i], 0);
      ASSERT_EQ(plan_of[i], plan_of[i / 2 * 2]) << "a group was split";
    }
  }
}

TEST(Planner, TakesNothingAndOddCounts) {
  EXPECT_TRUE(MakePlans({}, 2, {}).empty());
  const std::vector<Prompt> prompts = {{1}, {2}, {3}, {}};
  const auto plans = MakePlans(prompts, 2, {});
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].readouts.size(), 3U);
}

}  // namespace
}  // namespace gram::schedule
