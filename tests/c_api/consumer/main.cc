#include <gram/judge.h>
#include <gram/rank.h>
#include <gram/version.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  auto judge = gram::Judge::Open(argv[1], {});
  if (!judge.ok()) {
    std::fprintf(stderr, "%s\n", judge.status().message().c_str());
    return 1;
  }
  const std::vector<gram::Pair> pairs = {{"What is 2 + 2?", "4", "5"}};
  const auto verdicts = judge->Score(pairs, {});
  const auto ranking = gram::Rank(*judge, "What is 2 + 2?", {"5", "4"});
  if (!verdicts[0].ok() || !ranking.ok()) return 1;
  std::printf("%s: %.3f, rank %d\n", gram::Version().c_str(), verdicts[0]->score_response1,
              ranking->responses[1].rank);
  return 0;
}
