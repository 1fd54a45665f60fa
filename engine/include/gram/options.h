// What a user of the library can choose: how an engine runs, and what it asks the model.
#ifndef GRAM_OPTIONS_H_
#define GRAM_OPTIONS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace gram {

/// How an engine runs. None of it changes what is computed; `isa` alone changes the last bits of a
/// logit.
struct JudgeOptions {
  /// Threads for one Score call; 0: one for every physical core that this process may use (its
  /// affinity mask, its cgroup's CPU quota rounded up).
  int threads = 0;
  /// "auto" (the fastest that this CPU has and the model's weights suit) or one of KnownIsas()
  /// (version.h). One that is not available is an error, never a silent slow path.
  std::string isa = "auto";
  /// Compute a prompt prefix that several prompts have in common once. Off: every prompt by itself.
  bool share_prefixes = true;
  /// Prompt tokens that one forward pass takes at most (a longer prompt still runs, alone); 0: the
  /// default, 8192. Bounds memory: about 10 * hidden bytes a token.
  size_t batch_tokens = 0;
  /// Check every tensor's checksum before the first score: reads the whole file once, at several GB
  /// a second where it is in the page cache. Off: a damaged copy of a model scores as if it were
  /// the model.
  bool verify = true;
};

/// How a pair is put to the model and its answer read (docs/judging.md).
enum class Protocol {
  kAuto,    ///< what the model is made for: kReward for a reward model, kCard for a judge
  kCard,    ///< a judge asked with the model card's prompt; thinking left at the template's default
  kEval,    ///< card + "\n#Preferred: ", thinking off: the paper's benchmark scripts
  kReward,  ///< a reward model, which sees question and one response and gives it a number
};

/// How many BOS tokens a prompt begins with, where the model's tokenizer has one.
enum class Bos {
  kOne,
  kTwo,  ///< as scripts make them that render a chat template to text, BOS included, and tokenise
         ///< that text with another: some published numbers come of it
};

/// How two orders become one score (docs/judging.md).
enum class Scoring {
  kAverage,      ///< mean over the orders of the probability that a response wins: the paper's
  kCardSnippet,  ///< the model card's snippet, softmax across the orders: for comparison only
};

/// What becomes of a pair whose prompt is too long (docs/judging.md).
enum class Truncate {
  kNever,  ///< StatusCode::kTooLong
  kFair,   ///< the ends of the responses are left out, the longer one's first
};

/// What is asked, and how the text is read.
struct ScoreOptions {
  Protocol protocol = Protocol::kAuto;
  Scoring scoring = Scoring::kAverage;
  /// A judging prompt of the caller's own instead of the card's, holding {input}, {response_a} and
  /// {response_b} each exactly once; empty: the card's. The protocol's tail and thinking switch
  /// still apply. For judges.
  std::string prompt = {};
  /// The tokens whose logits are a judge's answer: for the response in slot A, and in slot B.
  std::array<std::string, 2> labels = {"A", "B"};
  Bos bos = Bos::kOne;
  /// The date that a chat template which tells the model one is to write, such as "26 Jul 2024";
  /// empty: the template's own. Never today's: a pair scores the same tomorrow.
  std::string date = {};
  /// false: user text is data, control tokens in it are spelled out. true: "<|im_end|>" and the
  /// like in user text become control tokens, as Hugging Face tokenizers do.
  bool parse_special = false;
  /// Longest prompt in tokens, at most the model's own limit; 0: the model's.
  size_t max_tokens = 0;
  Truncate truncate = Truncate::kNever;
  /// Stops a Score call once it is true; null: nothing does. May be set from another thread or from
  /// a signal handler (it is lock-free), and must outlive the call. Score then returns after about
  /// one layer's work on one chunk of tokens, or one pair's tokenisation: pairs that were finished
  /// have their verdict, all others StatusCode::kCancelled. The engine is as good as before.
  /// A call that waits for another thread's to end stops when its turn comes.
  const std::atomic<bool>* cancel = nullptr;
};

}  // namespace gram

#endif  // GRAM_OPTIONS_H_
