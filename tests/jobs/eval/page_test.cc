// Reports: whatever a text says, it stays text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "jobs/eval/page/html.h"
#include "jobs/eval/page/plot.h"
#include "jobs/eval/page/report_page.h"
#include "tests/jobs/eval/made_up_run.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlTest, MarkupIsSpelledOut) {
  EXPECT_EQ(Escaped("<a href=\"x\">'&amp;</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(Escaped("tab\tand\nline"), "tab\tand\nline");
}

TEST(HtmlTest, ControlCharactersAreShown) {
  EXPECT_EQ(Escaped(std::string_view("\0\x01\x1F\x7F\r", 5)),
            "\xE2\x90\x80\xE2\x90\x81\xE2\x90\x9F\xE2\x90\xA1\xE2\x90\x8D");
}

TEST(HtmlTest, WhatIsNotUtf8IsReplaced) {
  const std::string sign = "\xEF\xBF\xBD";
  EXPECT_EQ(Escaped("\xC3\xA9"), "\xC3\xA9");
  EXPECT_EQ(Escaped("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Escaped("\xC3"), sign);
  EXPECT_EQ(Escaped("\xC3<"), sign + "&lt;");
  EXPECT_EQ(Escaped("\xC0\xBC"), sign + sign) << "an overlong <";
  EXPECT_EQ(Escaped("\xED\xA0\x80"), sign + sign + sign) << "a surrogate";
  EXPECT_EQ(Escaped("\xFF"), sign);
}

TEST(HtmlTest, NumbersThatAreNoneHaveASign) {
  EXPECT_EQ(Decimal(NAN, 2), "\xE2\x80\x93");
  EXPECT_EQ(Decimal(-INFINITY, 2), "\xE2\x88\x92\xE2\x88\x9E");
  EXPECT_EQ(Percent(0.6039), "60.4");
}

TEST(PlotTest, SaysInWordsWhatItShows) {
  Plot plot;
  plot.id = "p";
  plot.title = "A <title>";
  plot.description = "What & how.";
  plot.points = {{0, 0.5}, {1, 2}, {0.5, -INFINITY}};
  const std::string svg = PlotSvg(plot);
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-labelledby=\"p-t p-d\""));
  EXPECT_THAT(svg, HasSubstr("A &lt;title&gt;</title>"));
  EXPECT_THAT(svg, HasSubstr("What &amp; how.</desc>"));
  EXPECT_THAT(svg, Not(HasSubstr("inf"))) << "values beyond the axes are cut off";
  EXPECT_THAT(PlotHtml(plot), HasSubstr("<summary>Numbers</summary>"));
}

constexpr const char* kHostile =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)></pre></details>\xE2\x80\xAE"
    "gpj.<!--\x01";

// A report whose every text is hostile.
std::string HostileReport() {
  EvalRun run;
  run.path = kHostile;
  AddRow(run, {kHostile}, {MadeUpPair(-3)}).id_json = "\"" + std::string(kHostile) + "\"";
  AddRow(run, {"b"}, {MadeUpPair(1)});
  run.rows.emplace_back().error_code = kHostile;
  Manifest manifest;
  manifest.identity.settings = {{kHostile, kHostile}};
  manifest.history.command = {"gram-cpu", kHostile};
  run.manifest = manifest;
  const Evaluation evaluation = Evaluate(*FindBenchmark("pairs"), run, {}).value();
  const std::map<int64_t, RowTexts> texts = {
      {1, {kHostile, {std::string(size_t{1} << 20, 'x') + kHostile, kHostile}}}};
  return ReportPage({run, evaluation, texts});
}

TEST(PageTest, NothingOfATextIsMarkup) {
  const std::string page = HostileReport();
  for (const char* const markup : {"<script", "</script", "<img", "onerror=alert(1)>", "<!--"}) {
    EXPECT_THAT(page, Not(HasSubstr(markup)));
  }
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;script&gt;alert(1)"));
}

TEST(PageTest, NothingIsLoadedFromAnywhere) {
  const std::string page = HostileReport();
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
}

TEST(PageTest, ALongTextIsCutAndSaysSo) {
  const std::string page = HostileReport();
  EXPECT_LT(page.size(), size_t{400} << 10);
  EXPECT_THAT(page, HasSubstr("The first 65,536 bytes of 1,048,"));
}

// Every element that is opened is closed, in order; what has no end is left out.
TEST(PageTest, ElementsAreClosedInOrder) {
  const std::string page = HostileReport();
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  std::vector<std::string> open;
  for (std::sregex_iterator it(page.begin(), page.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (name == "meta" || name == "link" || (*it)[3] == "/") continue;
    if ((*it)[1] == "") {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << name;
    ASSERT_EQ(open.back(), name);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

TEST(PageTest, TwoRunsAreComparedFirst) {
  EvalRun first;
  EvalRun second;
  for (int i = 0; i < 8; ++i) {
    AddRow(first, {}, {MadeUpPair(1)});
    AddRow(second, {}, {MadeUpPair(i < 4 ? 1 : -1)});
  }
  const auto comparison = CompareRuns(first, second, {}).value();
  const Evaluation one = Evaluate(*FindBenchmark("pairs"), first, {}).value();
  const Evaluation other = Evaluate(*FindBenchmark("pairs"), second, {}).value();
  const std::string page = ComparisonPage({first, one, {}}, {second, other, {}}, comparison);
  EXPECT_THAT(page, HasSubstr("4 have another winner"));
  EXPECT_THAT(page, HasSubstr("p = 0.1250"));
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it) {
    EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1] << " is there twice";
  }
}

}  // namespace
}  // namespace gram::jobs
