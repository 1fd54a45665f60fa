// Measures a model on the user's machine, beside the machine's own peak.
#ifndef GRAM_BENCH_H_
#define GRAM_BENCH_H_

#include <functional>
#include <string>
#include <vector>

#include "gram/judge.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram {

/// What to measure.
struct BenchOptions {
  std::vector<int> tokens = {128, 512, 1600, 4096};  ///< prompt lengths, tokens
  int batch_tokens = 4096;  ///< a run is of as many prompts as fit in this, at least one
  int repetitions = 2;      ///< timed runs a length, of which the fastest counts
  int mix_pairs = 12;       ///< pairs of the built-in mix, 1 to 12, the shortest first
  std::function<void(const std::string& what)> progress = {};  ///< told what is done next
};

/// That the fast path computes the right thing, on prompts of up to 24 tokens. A difference is an
/// error of RunBench, so a report has passed.
struct BenchCheck {
  int logits = 0;    ///< compared with the scalar path's
  double error = 0;  ///< root mean square of the differences over that of the logits
  double tolerance =
      0;  ///< the largest error allowed: f32 summing, or bf16 rounding, of activations
};

/// Seconds of wall time of one run by what they were spent on; together all of it.
struct StageTimes {
  double matmul = 0;  ///< products with weights, activation and residual included
  double attention = 0;
  double norm_rope = 0;  ///< norms of rows and heads, rotary embedding, K/V put in place
  double embed = 0;
  double readout = 0;  ///< final norm and LM head
  double other = 0;    ///< none of these: planning rows, buffers
};

/// A batch of prompts of one length that share nothing, the fastest of its runs.
struct BenchRun {
  int tokens = 0;   ///< a prompt
  int prompts = 0;  ///< of them in the batch
  double seconds = 0;
  double tokens_per_s = 0;
  double gflops = 0;  ///< 1e9 operations of products a second, only what is executed and needed
  double peak_gflops = 0;  ///< the peak around this run: the mean of right before and right after
  double share = 0;        ///< gflops / peak_gflops
  StageTimes stages;
};

/// Generated pairs whose lengths are spread like chat answers; some pairs have a question in
/// common.
struct BenchMix {
  int pairs = 0;
  int questions = 0;           ///< distinct ones
  int shortest = 0;            ///< tokens of question and responses of the shortest pair
  int longest = 0;             ///< and of the longest
  int instruction_tokens = 0;  ///< that the judging prompt adds to each
};

struct BenchReport {
  EngineInfo engine;
  BenchCheck check;
  /// Multiply-adds on registers alone, all threads at once, of the kind that the products use: 1e9
  /// operations a second, sustained for a second before the runs and after each; their mean.
  double peak_gflops = 0;
  /// What "auto" takes here for such weights, and its peak: the same where that is what ran.
  std::string auto_isa;
  double auto_peak_gflops = 0;
  std::vector<BenchRun> runs;  ///< in the order of BenchOptions::tokens
  BenchMix mix;
  double pairs_per_hour_shared = 0;    ///< of the mix, two prompts each, prefixes computed once
  double pairs_per_hour_unshared = 0;  ///< every prompt by itself
  int first_score_tokens = 0;          ///< a prompt of the first pair
  double first_score_s = 0;            ///< from the process's start to the first pair's score
  double first_score_compute_s = 0;    ///< the same work, instruction included, when all is warm
  /// 1e6 bytes of anonymous memory, the most seen after a stage: everything the process holds
  /// beside the mapped file. Buffers only grow while an engine lives, so what it holds after its
  /// runs is the peak of its runs.
  double peak_extra_mb = 0;
};

/// Opens the model and scores a pair at once (call it first thing in a process, or first_score_s
/// tells the process's age), checks the answer, then measures. Takes minutes for a model of
/// billions of weights. Errors: as Judge::Open and Judge::Score; kInvalidArgument for options; kIo
/// where /proc does not tell of the process; kInternal where the fast path's logits are not the
/// scalar path's, or not the same bits twice.
Result<BenchReport> RunBench(const std::string& model_path, const JudgeOptions& engine,
                             const BenchOptions& options);

}  // namespace gram

#endif  // GRAM_BENCH_H_
