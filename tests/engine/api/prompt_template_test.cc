// Markers in texts: every one, its variants, nothing else; against searching folded copies.
#include "engine/api/prompt_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "tests/testing/random.h"

namespace gram::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string>& CardMarkers() {
  static const std::vector<std::string> markers = {
      "[User Question]", "[The End of Assistant A's Answer]", "[The End of Assistant B's Answer]",
      "#Preferred:"};
  return markers;
}

TEST(MarkerFinder, FindsMarkersAndTheirVariantsAnywhere) {
  const MarkerFinder finder(CardMarkers());
  for (const std::string& marker : CardMarkers()) {
    std::string upper = marker;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string spaced;
    for (const char c : marker) spaced += std::string(1, c) + " \n";
    for (const std::string& variant : {marker, upper, spaced}) {
      EXPECT_THAT(finder.Find(variant), ElementsAre(marker)) << variant;
      EXPECT_THAT(finder.Find("text " + variant + " more"), ElementsAre(marker)) << variant;
      EXPECT_THAT(finder.Find(variant.substr(0, 8) + variant), ElementsAre(marker)) << variant;
    }
    EXPECT_THAT(finder.Find(marker.substr(1)), IsEmpty());
    EXPECT_THAT(finder.Find(marker.substr(0, marker.size() - 1)), IsEmpty());
  }
  EXPECT_THAT(finder.Find("[The End of Assistant A\u2019s\u00a0Answer]"),
              ElementsAre("[The End of Assistant A's Answer]"));
  EXPECT_THAT(finder.Find("#Pre\u200bferr\u00aded\ufeff:"), ElementsAre("#Preferred:"));
  EXPECT_THAT(finder.Find("#PREFERRED: [the end of assistant b's answer][UserQuestion]"),
              ElementsAre("[User Question]", "[The End of Assistant B's Answer]", "#Preferred:"));
}

TEST(MarkerFinder, LeavesOrdinaryTextAlone) {
  const MarkerFinder finder(CardMarkers());
  for (const char* text :
       {"", " ", "The user question is: [who?]", "Assistant A's answer ends here.", "# Preferred",
        "[User Questions]", "[U\u015fer Question]", "The preferred: one"}) {
    EXPECT_THAT(finder.Find(text), IsEmpty()) << text;
  }
}

TEST(MarkerFinder, TakesOnlyWhatIsWorthLookingFor) {
  const std::string longest = std::string(100, 'x');
  const MarkerFinder finder(
      {"", "|", "A:", "Input:", "Answer:", "ANSWER :", "\u554f\u984c", longest, longest + "y"});
  EXPECT_THAT(finder.Find("| A: Input: ANSWER: \u554f\u984c" + longest + "y"),
              ElementsAre("Answer:", "\u554f\u984c", longest));
  EXPECT_THAT(MarkerFinder().Find("text"), IsEmpty());
}

// A few letters, so that markers overlap, contain one another and share beginnings.
TEST(MarkerFinder, AgreesWithSearchingFoldedCopies) {
  testing::Random random(41);
  const auto text = [&](size_t length) {
    std::string out;
    while (out.size() < length) out += "ab \nAB"[random.Below(6)];
    return out;
  };
  const auto fold = [](const std::string& in) {
    std::string out;
    for (const char c : in) {
      if (c != ' ' && c != '\n') out += static_cast<char>(c | 0x20);
    }
    return out;
  };
  size_t found = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> markers;
    std::vector<std::string> folded;
    for (size_t n = 1 + random.Below(6); markers.size() < n;) {
      const std::string marker = text(6 + random.Below(8));
      if (fold(marker).size() < 6) continue;
      if (std::find(folded.begin(), folded.end(), fold(marker)) != folded.end()) break;
      markers.push_back(marker);
      folded.push_back(fold(marker));
    }
    const std::string haystack = text(random.Below(150));
    std::vector<std::string> expected;
    for (size_t i = 0; i < markers.size(); ++i) {
      if (fold(haystack).find(folded[i]) != std::string::npos) expected.push_back(markers[i]);
    }
    ASSERT_EQ(MarkerFinder(markers).Find(haystack), expected) << haystack;
    found += expected.size();
  }
  EXPECT_GT(found, 100U);
}

}  // namespace
}  // namespace gram::api
