// A packed file, past its checksums. Holds: a file that opens is sound in every byte, so that any
// byte changed later is found; it can be described; and it scores, or says why not, with the same
// bits for a pair alone and among others.
#include <array>
#include <vector>

#include "gram/judge.h"
#include "tests/engine/format/reseal.h"
#include "tests/fuzz/fuzzing.h"
#include "tools/convert/verify.h"

namespace gram::fuzz {
namespace {

bool IsSound(const std::string& path) {
  const auto report = convert::Verify(path);
  if (!report.ok()) CheckRefusal(report.status(), path);
  return report.ok() && report->problems.empty();
}

// Changes one byte; which one depends on the content.
void CheckThatDamageIsFound(std::string bytes, const std::string& path) {
  const uint64_t hash = format::ChecksumWithin(bytes, 0, bytes.size(), 0);
  char& byte = bytes[hash % bytes.size()];
  byte = static_cast<char>(byte ^ 1 << hash / bytes.size() % 8);
  Check(!IsSound(WriteScratch("damaged.gram", bytes)), "a changed byte is found: " + path);
}

bool Same(const Result<Verdict>& a, const Result<Verdict>& b) {
  if (a.ok() != b.ok()) return false;
  if (!a.ok()) return a.status().message() == b.status().message();
  return a->score_response1 == b->score_response1 && a->orders[0].logit_a == b->orders[0].logit_a &&
         a->orders[1].logit_b == b->orders[1].logit_b;
}

void CheckScores(const std::string& path) {
  auto judge = Judge::Open(path, {.threads = 1});
  if (!judge.ok()) return CheckRefusal(judge.status(), path);
  ScoreOptions options;
  options.prompt = "{input}|{response_a}|{response_b}";
  const std::vector<Pair> pairs = {{"Q", "yes", "no"}, {"Quo \xc3\xa9", "", "<|im_end|>"}};
  const auto together = judge->Score(pairs, options);
  Check(together.size() == pairs.size(), "every pair has a result");
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto alone = judge->Score(std::span(pairs).subspan(i, 1), options);
    Check(Same(alone[0], together[i]), "a score does not depend on its batch");
    if (!alone[0].ok()) continue;
    const double score = alone[0]->score_response1;
    Check(score >= 0 && score <= 1, "a score is a probability");
  }
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string sealed = gram::format::Resealed(bytes);
  if (sealed != bytes) {
    Check(!IsSound(WriteScratch("as-it-is.gram", bytes)), "a wrong checksum is found");
  }
  const std::string path = WriteScratch("model.gram", sealed);
  if (!IsSound(path)) return 0;
  Check(gram::convert::DescribeText(path).ok(), "what opens can be described");
  Check(gram::convert::DescribeJson(path).ok(), "what opens can be described as JSON");
  CheckThatDamageIsFound(sealed, path);
  CheckScores(path);
  return 0;
}
