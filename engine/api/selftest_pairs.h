// The pairs that the self-test scores: short, but of many lengths and kinds.
#ifndef GRAM_ENGINE_API_SELFTEST_PAIRS_H_
#define GRAM_ENGINE_API_SELFTEST_PAIRS_H_

#include <vector>

#include "gram/judge.h"

namespace gram::api {

/// Questions asked once, twice and three times, with a response in common; identical responses;
/// empty texts; other scripts; prompts that end in different K/V blocks.
inline std::vector<Pair> SelfTestPairs() {
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

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_SELFTEST_PAIRS_H_
