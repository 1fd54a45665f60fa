// The public C++ API: open a reward model, score pairs of answers.
//
//   auto judge = gram::Judge::Open("model.gram", {});
//   if (!judge.ok()) return Fail(judge.status().message());
//   std::vector<gram::Pair> pairs = {{"What is 2+2?", "4", "5"}};
//   for (const auto& verdict : judge->Score(pairs, {})) { ... verdict->score_response1 ... }
//
// Want of memory is StatusCode::kOutOfMemory. std::bad_alloc is thrown only where there is none for
// a list or a text that a function returns as such, since that belongs to the caller.
#ifndef GRAM_JUDGE_H_
#define GRAM_JUDGE_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gram/export.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram {

/// One question and two answers to it, UTF-8. Any of them may be empty.
struct Pair {
  std::string question;
  std::string response1;
  std::string response2;
};

/// The same where its texts are: they must stay there until a call is over.
struct PairView {
  PairView(std::string_view question_text, std::string_view text1, std::string_view text2)
      : question(question_text), response1(text1), response2(text2) {}
  PairView(const Pair& pair) : PairView(pair.question, pair.response1, pair.response2) {}  // NOLINT

  std::string_view question;
  std::string_view response1;
  std::string_view response2;
};

/// A text of a Pair.
enum class TextField { kQuestion, kResponse1, kResponse2 };

/// What in a text could pass for something that is not the text's author's to say.
enum class TextFlagKind {
  kControlToken,  ///< an added token of the model's tokenizer, such as "<|im_end|>"
  kJudgeMarker,   ///< a line by which the judging prompt separates its parts, or a near variant
};

/// One of them in one field. The text is judged all the same (docs/judging.md).
struct TextFlag {
  TextField field = TextField::kQuestion;
  TextFlagKind kind = TextFlagKind::kControlToken;
  std::string text;  ///< the token; the marker as the judging prompt spells it

  friend bool operator==(const TextFlag&, const TextFlag&) = default;
};

/// A response's length in tokens, encoded by itself, and how many of them the model was shown.
struct ResponseCut {
  int64_t tokens = 0;
  int64_t kept = 0;

  friend bool operator==(const ResponseCut&, const ResponseCut&) = default;
};

/// What was found in the texts of a pair, or done to them, before the model saw them.
struct TextNotes {
  /// Both prompts are the same, since the responses are one text as shown (after Unicode
  /// normalisation and shortening): neither is better by construction.
  bool identical = false;
  /// Question, response 1, response 2; in each the control tokens, then the markers; each of them
  /// once a field. The whole texts are searched, not what Truncate leaves of them.
  std::vector<TextFlag> flags = {};
  /// Response 1 and 2, where at least one was shortened.
  std::optional<std::array<ResponseCut, 2>> cut = std::nullopt;
};

/// "question", "response1", "response2": for machine-readable output, like the next.
GRAM_API std::string_view TextFieldName(TextField field);
/// "control_token", "judge_marker".
GRAM_API std::string_view TextFlagKindName(TextFlagKind kind);

/// What the model said when the answers stood in one order.
struct OrderVerdict {
  int slot_a = 0;     ///< the response (1 or 2) shown as Assistant A's
  float logit_a = 0;  ///< logit of the token "A" at the prompt's last position
  float logit_b = 0;  ///< logit of the token "B" there
  int tokens = 0;     ///< length of the prompt
};

/// The prompt in which a reward model saw one response.
struct RewardPrompt {
  int response = 0;  ///< 1 or 2
  int tokens = 0;    ///< length of the prompt
};

/// One pair's result. A judge's, with p1, p2 the probability that response 1 wins in order 1 and 2,
/// that is softmax(logit_a, logit_b) of the slot response 1 stands in; or, where `is_reward`, the
/// two rewards of a reward model, any numbers, of which the greater is better.
struct Verdict {
  bool is_reward = false;
  /// (p1 + p2) / 2 in [0, 1]; with Scoring::kCardSnippet, the snippet's number. Or the reward.
  double score_response1 = 0;
  double score_response2 = 0;        ///< 1 - score_response1, or the reward
  bool response1_is_better = false;  ///< score_response1 > score_response2
  /// Log-odds of score_response1, or the difference of the rewards, which is the same under the
  /// Bradley-Terry model that they are trained with; 0: undecided.
  double margin = 0;
  double order_gap = 0;  ///< a judge's |p1 - p2|: position bias on this pair
  bool orders_agree =
      false;  ///< a judge's orders prefer the same response (or neither prefers one)
  std::array<OrderVerdict, 2>
      orders;  ///< a judge's; [0]: response 1 in slot A, [1]: response 2 in slot A
  std::array<RewardPrompt, 2> prompts;  ///< a reward model's, of response 1 and 2
  TextNotes notes = {};                 ///< what the texts held, and whether all of it was shown
};

/// What scoring one pair would take.
struct PairPlan {
  std::array<int, 2> tokens = {};  ///< prompt lengths, in the order of Verdict::orders or prompts
  TextNotes notes = {};
};

/// What a Score call would take.
struct PlanSummary {
  std::vector<Result<PairPlan>> pairs;  ///< for each pair the plan, or the error that Score gives
  int64_t prompts = 0;                  ///< two for each pair without an error
  int64_t tokens = 0;                   ///< of all prompts together
  /// Tokens that the model would compute, which is fewer where prompts share a beginning; without
  /// the instruction, which all prompts begin with and the engine keeps from call to call.
  int64_t computed = 0;
  int64_t instruction = 0;  ///< that, computed where the last call had another or there was none
};

/// What an open engine is made of.
struct EngineInfo {
  std::string model_path;
  std::string architecture;     ///< the checkpoint's class, "Qwen3ForCausalLM"
  bool gives_reward = false;    ///< a reward model, not a judge
  uint64_t model_checksum = 0;  ///< one number for the file's whole content
  std::string isa;              ///< the one in use, such as "avx512_bf16" or "scalar"
  /// Whose kernel computes the products, where a library chooses it for this CPU, such as
  /// "oneDNN 2.6.3 brg:avx512_core_bf16"; else empty. Scores of one ISA may differ in their last
  /// bits where this differs.
  std::string library_kernel;
  int threads = 0;        ///< in use
  int threads_asked = 0;  ///< more than `threads` where the system refused to start so many
  bool verified = true;   ///< JudgeOptions::verify
  int max_tokens = 0;     ///< longest prompt the model takes
};

/// A model and the threads to run it. Engines share nothing but the page cache: several may live in
/// one process. Thread-safe: Score may be called from several threads at once, calls run one after
/// the other. Move-only.
class GRAM_API Judge {
 public:
  /// Maps the packed model at `path` (made by `gram-cpu convert`) and checks all of it but the
  /// weights, which are read in place, on first touch. Errors: kNotFound, kIo, kCorrupt,
  /// kUnsupported (file or ISA), kInvalidArgument (options), kOutOfMemory, kInternal (a library).
  static Result<Judge> Open(const std::string& path, const JudgeOptions& options);

  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;
  ~Judge();

  /// Scores pairs[i] into result[i]; a pair that cannot be scored gets its Status, the others are
  /// scored all the same: kInvalidUtf8 (names the field), kTooLong (tells both lengths),
  /// kInvalidArgument where there is no text to ask, kCancelled (see ScoreOptions::cancel),
  /// kOutOfMemory for a pair that memory does not suffice for even alone, kInternal where the
  /// model's logits are not finite or a library failed. Options that make no sense are every pair's
  /// kInvalidArgument or, for a judging prompt, kInvalidUtf8 or kTooLong. A score has the same bits
  /// whatever else is in the call.
  /// Every pair gets kCorrupt where the model's file is not what its checksums say (see
  /// JudgeOptions::verify), or was changed or cut while it was in use, before this call or during
  /// it, and kIo where the system does not tell: a verdict that is returned was computed from the
  /// whole model. A file that was replaced by renaming another to its name stays in use as it was.
  /// Reading behind the end of a file that is cut during the call raises SIGBUS; the library
  /// installs no handler.
  std::vector<Result<Verdict>> Score(std::span<const PairView> pairs, const ScoreOptions& options);
  std::vector<Result<Verdict>> Score(std::span<const Pair> pairs, const ScoreOptions& options);
  std::vector<Result<Verdict>> Score(std::initializer_list<Pair> pairs,
                                     const ScoreOptions& options) {
    return Score(std::span(pairs.begin(), pairs.size()), options);
  }

  /// What Score would do with these pairs, found without running the model: tokenises and plans.
  /// Does not wait for a Score call of another thread. Errors: kInvalidArgument, kInvalidUtf8 and
  /// kTooLong (options), kCancelled, kOutOfMemory.
  Result<PlanSummary> Plan(std::span<const PairView> pairs, const ScoreOptions& options) const;
  Result<PlanSummary> Plan(std::span<const Pair> pairs, const ScoreOptions& options) const;
  Result<PlanSummary> Plan(std::initializer_list<Pair> pairs, const ScoreOptions& options) const {
    return Plan(std::span(pairs.begin(), pairs.size()), options);
  }

  /// Prompt tokens computed since Open, by all Score calls; may be read at any time. Grows as
  /// batches are done.
  int64_t tokens_computed() const;

  /// Drops the instruction that the engine keeps from call to call: the next Score call computes it
  /// again. Waits for a Score call of another thread.
  void ClearPrefixCache();

  /// The token ids that Score would run for one pair: [0] response 1 in slot A, [1] response 2 in
  /// slot A; of a reward model: [0] response 1, [1] response 2. Errors: kInvalidUtf8, kTooLong,
  /// kInvalidArgument, as of Score; kOutOfMemory.
  Result<std::array<std::vector<int32_t>, 2>> Prompts(const PairView& pair,
                                                      const ScoreOptions& options) const;

  /// The token ids of a text by itself. `parse_special`: as in ScoreOptions. Errors: kInvalidUtf8,
  /// kTooLong (2 GiB), kOutOfMemory.
  Result<std::vector<int32_t>> Tokenize(std::string_view text, bool parse_special) const;

  const EngineInfo& info() const;

 private:
  struct Impl;
  explicit Judge(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Prompt tokens of both prompts.
GRAM_API int64_t PromptTokens(const Verdict& verdict);

/// The protocol that a model is asked with: options.protocol, or what kAuto stands for.
GRAM_API Protocol ProtocolOf(const EngineInfo& info, const ScoreOptions& options);

/// "auto", "card", "eval", "reward".
GRAM_API std::string_view ProtocolName(Protocol protocol);

/// The judging prompt of a protocol as text with its three {placeholders}: card text, or
/// options.prompt, plus the protocol's tail. Empty for Protocol::kReward, which has none.
GRAM_API std::string PromptText(const ScoreOptions& options);

}  // namespace gram

#endif  // GRAM_JUDGE_H_
