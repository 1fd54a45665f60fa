#include "jobs/run/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Manifest Example() {
  Manifest manifest;
  manifest.state = RunState::kInterrupted;
  manifest.identity.verb = "score";
  manifest.identity.settings = {{"isa", "avx512", "--isa"}, {"map", ""}, {"a \"b\"", "\xC3\xA9"}};
  manifest.identity.inputs = {{"in.jsonl", FileIdentity{12, 0xFEDCBA9876543210U}},
                              {"-", std::nullopt}};
  manifest.identity.shard = {3, 16};
  manifest.totals.rows = 7;
  manifest.totals.failed = {{"too_long", 2}};
  manifest.history.facts = {{"threads", "4"}};
  manifest.history.versions = {"1", "2"};
  manifest.history.started = "2020-02-02T02:02:02Z";
  manifest.history.seconds = 1.5;
  manifest.history.resumed = 4;
  return manifest;
}

TEST(ManifestTest, ComesBackAsItWasWritten) {
  const Manifest written = Example();
  const Result<Manifest> read = ParseManifest(ManifestJson(written), "m");
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->state, RunState::kInterrupted);
  EXPECT_EQ(Differences(read->identity, written.identity), "");
  EXPECT_EQ(read->totals.rows, 7);
  EXPECT_EQ(read->totals.failed, written.totals.failed);
  EXPECT_EQ(read->history.versions, written.history.versions);
  EXPECT_EQ(read->history.started, written.history.started);
  EXPECT_EQ(read->history.seconds, 1.5);
  EXPECT_EQ(read->history.resumed, 4);
  EXPECT_EQ(read->history.facts[0].value, "4");
}

TEST(ManifestTest, NamesThatAreNoUtf8AreReplacedAndDoNotStopIt) {
  Manifest manifest = Example();
  manifest.history.command = {"gram-cpu", "\xff"};
  EXPECT_TRUE(ParseManifest(ManifestJson(manifest), "m").ok());
}

TEST(ManifestTest, OtherTextsAreErrors) {
  const std::string good = ManifestJson(Example());
  for (size_t cut = 0; cut + 2 < good.size(); cut += 7) {
    EXPECT_EQ(ParseManifest(good.substr(0, cut), "m").status().code(), StatusCode::kCorrupt);
  }
  for (const char* text : {"{}", "[]", "null", "{\"manifest_version\":\"1\"}"}) {
    EXPECT_EQ(ParseManifest(text, "m").status().code(), StatusCode::kCorrupt) << text;
  }
  std::string state = good;
  state.replace(state.find("interrupted"), 11, "interruptus");
  EXPECT_EQ(ParseManifest(state, "m").status().code(), StatusCode::kCorrupt);
  EXPECT_EQ(ParseManifest("{\"manifest_version\":99}", "m").status().code(),
            StatusCode::kUnsupported);
}

TEST(ManifestTest, NumbersThatNoRunWritesAreErrorsThatNameThem) {
  Manifest manifest = Example();
  manifest.output = FileIdentity{5, 7};
  const nlohmann::json good = nlohmann::json::parse(ManifestJson(manifest));
  ASSERT_TRUE(ParseManifest(good.dump(), "m").ok());
  EXPECT_EQ(ParseManifest(good.dump(), "m")->output, manifest.output);
  const auto error = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json bad = good;
    bad[nlohmann::json::json_pointer(pointer)] = value;
    const Status status = ParseManifest(bad.dump(), "m").status();
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << pointer << value;
    return status.message();
  };
  for (const nlohmann::json& count : {nlohmann::json(0), nlohmann::json(-1), nlohmann::json(2),
                                      nlohmann::json(int64_t{1} << 62), nlohmann::json("16")}) {
    EXPECT_THAT(error("/shard/count", count), HasSubstr("\"shard."));
  }
  for (const nlohmann::json& index : {nlohmann::json(0), nlohmann::json(17), nlohmann::json(1.5)}) {
    EXPECT_THAT(error("/shard/index", index), HasSubstr("\"shard.index\""));
  }
  EXPECT_THAT(error("/shard/block_rows", 15), HasSubstr("block_rows"));
  EXPECT_THAT(error("/rows", -7), HasSubstr("\"rows\""));
  EXPECT_THAT(error("/rows", UINT64_MAX), HasSubstr("\"rows\""));
  EXPECT_THAT(error("/rows", 1), HasSubstr("failed"));
  EXPECT_THAT(error("/failed/too_long", -1), HasSubstr("\"failed.too_long\""));
  EXPECT_THAT(error("/inputs/0/bytes", -1), HasSubstr("\"inputs[0].bytes\""));
  EXPECT_THAT(error("/inputs/0/xxh3", "xyz"), HasSubstr("\"inputs[0].xxh3\""));
  EXPECT_THAT(error("/output/bytes", -1), HasSubstr("\"output.bytes\""));
  EXPECT_THAT(error("/run/seconds", -1), HasSubstr("\"run.seconds\""));
  EXPECT_THAT(error("/run/resumed", -1), HasSubstr("\"run.resumed\""));
  EXPECT_THAT(error("/manifest_version", 0), HasSubstr("manifest_version"));
  for (const auto& [name, value] : good.items()) {
    // For readers: a run counts its lines again.
    if (name == "output" || name == "totals" || name == "not_understood") continue;
    nlohmann::json bad = good;
    bad.erase(name);
    EXPECT_THAT(ParseManifest(bad.dump(), "m").status().message(), HasSubstr(name));
  }
}

TEST(ManifestTest, NoFileIsNoManifest) {
  const testing::TempDir folder;
  const auto none = ReadManifest(folder / "none");
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
  testing::WriteBytes(folder / "m", ManifestJson(Example()));
  EXPECT_TRUE(ReadManifest(folder / "m")->has_value());
}

TEST(DifferencesTest, SayHowToContinue) {
  RunIdentity before;
  RunIdentity now;
  const auto difference = [&](const std::string& was, const std::string& is) {
    before.settings = {{"keep", was}};
    now.settings = {{"keep", is, "--keep"}};
    return Differences(now, before);
  };
  EXPECT_EQ(difference("a,b", ""), "keep is not given, but was a,b (to continue: --keep a,b)");
  EXPECT_EQ(difference("", "a"), "keep is a, but was not given (to continue: no --keep)");
  EXPECT_EQ(difference("no", "yes"), "keep is yes, but was no (to continue: no --keep)");
  EXPECT_EQ(difference("yes", "no"), "keep is no, but was yes (to continue: --keep)");
  EXPECT_EQ(difference("", ""), "");
  // A run of an earlier version, which did not record a setting that was not given.
  before.settings.clear();
  EXPECT_EQ(Differences(now, before), "");
}

TEST(DifferencesTest, NameWhatDiffersWithBothValues) {
  const RunIdentity before = Example().identity;
  RunIdentity now = before;
  now.inputs[0].path = "elsewhere/in.jsonl";
  EXPECT_EQ(Differences(now, before), "") << "the same content in another place";

  now.settings[0].value = "scalar";
  now.settings.push_back({"new", "1"});
  now.inputs[0].content->checksum = 1;
  now.shard = {4, 16};
  EXPECT_THAT(Differences(now, before),
              AllOf(HasSubstr("isa is scalar, but was avx512 (to continue: --isa avx512)"),
                    HasSubstr("new is 1, but was not given"),
                    HasSubstr("input elsewhere/in.jsonl is 12 bytes with checksum "
                              "0000000000000001, but was 12 bytes with checksum fedcba9876543210"),
                    HasSubstr("the shard is 4/16, but was 3/16"), Not(HasSubstr("map"))));
  now = before;
  now.settings.pop_back();
  now.inputs.pop_back();
  EXPECT_THAT(Differences(now, before), AllOf(HasSubstr("is not given, but was \xC3\xA9"),
                                              HasSubstr("the number of inputs is 1, but was 2")));
}

}  // namespace
}  // namespace gram::jobs
