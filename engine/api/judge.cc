// The public Judge: a mapped model, its tokenizer and one forward engine behind a mutex.
#include "gram/judge.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "engine/api/model_guard.h"
#include "engine/api/prompt.h"
#include "engine/api/prompt_windows.h"
#include "engine/api/protocol.h"
#include "engine/base/thread_pool.h"
#include "engine/format/reader.h"
#include "engine/judge/verdict.h"
#include "engine/model/forward.h"
#include "tokenizer/tokenizer.h"

namespace gram {
namespace {

constexpr size_t kDefaultBatchTokens = 8192;
/// Batches' worth of tokens prepared before a run: the prompts among which common prefixes are
/// found. 2 MB of ids.
constexpr size_t kWindowBatches = 64;

/// What a call asks the model, and how its prompts are made.
struct Asking {
  std::unique_ptr<const api::PairProtocol> protocol;
  api::PromptMaker maker;
};

/// Score's attempts at a file that somebody keeps writing to.
constexpr int kMostAttempts = 3;

/// What a pair's result is until there is another.
Status NotScored() { return Cancelled("cancelled before the pair was scored"); }

bool IsNotScored(const Result<Verdict>& result) {
  return result.status().code() == StatusCode::kCancelled;
}

Status NoMemory() {
  return OutOfMemory("out of memory; give the process more memory, or use smaller batches");
}

/// The readings of prompts `first` and the next; false where one of them was not run.
bool Read(const judge::PromptRun& run, size_t first, const std::array<int, 2>& tokens,
          std::array<api::Reading, 2>* readings) {
  for (size_t i = 0; i < readings->size(); ++i) {
    if (!run.values[first + i]) return false;
    (*readings)[i] = {*run.values[first + i], tokens[i]};
  }
  return true;
}

bool AreFinite(const std::array<api::Reading, 2>& readings, size_t count) {
  return std::all_of(readings.begin(), readings.end(), [count](const api::Reading& reading) {
    return std::all_of(reading.values.begin(), reading.values.begin() + count,
                       [](float value) { return std::isfinite(value); });
  });
}

void FillWith(const Status& status, std::vector<Result<Verdict>>* results) {
  for (Result<Verdict>& result : *results) result = status;
}

}  // namespace

struct Judge::Impl {
  Impl(format::PackedFile opened, tokenizer::Tokenizer loaded, model::Forward ready,
       const ExecContext& ctx, bool verify)
      : file(std::move(opened)),
        tokenizer(std::move(loaded)),
        forward(std::move(ready)),
        guard(&file, ctx, verify) {}

  Result<Asking> Ask(const ScoreOptions& options) const;

  Status CacheInstruction(const api::PromptMaker& maker);
  void ClearPrefixCache() { (void)forward.CachePrefix({}); }  // has no way to fail
  void ScoreGuarded(std::span<const PairView> pairs, const ScoreOptions& options,
                    std::vector<Result<Verdict>>* results);
  void ScoreInMemory(std::span<const PairView> pairs, const ScoreOptions& options,
                     std::vector<Result<Verdict>>* results);
  void Score(std::span<const PairView> pairs, const ScoreOptions& options,
             std::vector<Result<Verdict>>* results);
  void ScoreWindow(api::PromptWindow window, const api::PairProtocol& protocol,
                   std::vector<Result<Verdict>>* results);
  size_t window_tokens() const {
    return kWindowBatches * std::min(planner.batch_tokens, SIZE_MAX / kWindowBatches);
  }

  format::PackedFile file;
  tokenizer::Tokenizer tokenizer;
  model::Forward forward;
  api::ModelGuard guard;
  schedule::PlannerOptions planner;
  EngineInfo info;
  std::mutex mutex;  // one forward pass at a time
  std::atomic<int64_t> tokens_computed = 0;
};

Result<Asking> Judge::Impl::Ask(const ScoreOptions& options) const {
  Asking asking;
  GRAM_ASSIGN_OR_RETURN(asking.protocol,
                        api::PairProtocol::Make(file.chat(), file.readout(), tokenizer, options));
  GRAM_ASSIGN_OR_RETURN(asking.maker, api::PromptMaker::Make(&tokenizer, asking.protocol.get(),
                                                             options, file.config().max_tokens()));
  return asking;
}

/// Has the engine cache the K/V of what all prompts begin with, from call to call.
Status Judge::Impl::CacheInstruction(const api::PromptMaker& maker) {
  if (planner.share_limit == 0) return {};
  GRAM_ASSIGN_OR_RETURN(const std::vector<int32_t> prefix, maker.CommonPrefix());
  const auto cached = forward.cached_prefix();
  if (std::equal(prefix.begin(), prefix.end(), cached.begin(), cached.end())) return {};
  GRAM_RETURN_IF_ERROR(forward.CachePrefix(prefix));
  tokens_computed += static_cast<int64_t>(prefix.size());
  return {};
}

/// Results that were computed while somebody wrote to the model's file do not leave this function.
void Judge::Impl::ScoreGuarded(std::span<const PairView> pairs, const ScoreOptions& options,
                               std::vector<Result<Verdict>>* results) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (IsSet(options.cancel)) return;
    if (const Status whole = guard.Check(options.cancel); !whole.ok()) {
      return FillWith(whole, results);
    }
    ScoreInMemory(pairs, options, results);
    const Result<bool> untouched = guard.Untouched(options.cancel);
    if (untouched.ok() && *untouched) return;
    ClearPrefixCache();  // it may be of the file as it was for a while
    if (!untouched.ok()) return FillWith(untouched.status(), results);
    FillWith(NotScored(), results);
  }
  FillWith(Corrupt("the model " + file.path() + " is being written to while it is in use"),
           results);
}

/// Where memory does not suffice for all pairs together, each is tried alone: one that needs too
/// much does not take others along.
void Judge::Impl::ScoreInMemory(std::span<const PairView> pairs, const ScoreOptions& options,
                                std::vector<Result<Verdict>>* results) {
  try {
    return Score(pairs, options, results);
  } catch (const std::bad_alloc&) {
    if (pairs.size() == 1) return FillWith(NoMemory(), results);
  }
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (!IsNotScored((*results)[i])) continue;
    if (IsSet(options.cancel)) return;
    std::vector<Result<Verdict>> one(1, NotScored());
    ScoreInMemory(pairs.subspan(i, 1), options, &one);
    (*results)[i] = std::move(one.front());
  }
}

void Judge::Impl::Score(std::span<const PairView> pairs, const ScoreOptions& options,
                        std::vector<Result<Verdict>>* results) {
  if (IsSet(options.cancel)) return;
  forward.SetCancel(options.cancel);
  const auto asking = Ask(options);
  const Status ready = asking.ok() ? CacheInstruction(asking->maker) : asking.status();
  if (!ready.ok()) return FillWith(ready, results);
  api::PromptWindows reader(asking->maker, pairs, window_tokens(), options.cancel);
  for (api::PromptWindow window; reader.Next(&window);) {
    ScoreWindow(std::move(window), *asking->protocol, results);
  }
}

void Judge::Impl::ScoreWindow(api::PromptWindow window, const api::PairProtocol& protocol,
                              std::vector<Result<Verdict>>* results) {
  for (auto& [index, status] : window.refused) (*results)[index] = std::move(status);
  schedule::PlannerOptions options = planner;
  options.cached = forward.cached_prefix();
  const judge::PromptRun run =
      judge::RunPrompts(&forward, window.prompts, protocol.head_rows(), options, &tokens_computed);
  for (size_t i = 0; i < window.owners.size(); ++i) {
    Result<Verdict>& result = (*results)[window.owners[i]];
    std::array<api::Reading, 2> readings;
    if (!Read(run, 2 * i, window.tokens[i], &readings)) {
      result = run.status;
    } else if (!AreFinite(readings, protocol.head_rows().size())) {
      result = Internal("the model's logits are not finite: its weights or activations overflow");
    } else {
      Verdict verdict = protocol.Decide(readings);
      verdict.notes = std::move(window.notes[i]);
      result = std::move(verdict);
    }
  }
}

Result<Judge> Judge::Open(const std::string& path, const JudgeOptions& options) {
  try {
    GRAM_ASSIGN_OR_RETURN(const int asked, ThreadsFor(options.threads));  // told before any work
    GRAM_ASSIGN_OR_RETURN(format::PackedFile file, format::PackedFile::Open(path));
    GRAM_ASSIGN_OR_RETURN(tokenizer::Tokenizer tokenizer,
                          tokenizer::Tokenizer::Deserialize(file.tokenizer_bytes(), path));
    if (tokenizer.vocab_size() > file.config().vocab_size) {
      return Corrupt(path + ": the tokenizer has ids up to " +
                     std::to_string(tokenizer.vocab_size() - 1) + ", the embedding only " +
                     std::to_string(file.config().vocab_size) + " rows");
    }
    GRAM_ASSIGN_OR_RETURN(const model::Weights weights, model::ViewWeights(file));
    GRAM_ASSIGN_OR_RETURN(const ops::Backend* backend,
                          ops::ChooseBackend(options.isa, weights.dtype));
    const ExecContext ctx(asked);
    // The views stay valid: a mapping keeps its address when its owner moves.
    GRAM_ASSIGN_OR_RETURN(model::Forward forward, model::Forward::Open(weights, *backend, ctx));

    auto impl = std::make_unique<Impl>(std::move(file), std::move(tokenizer), std::move(forward),
                                       ctx, options.verify);
    impl->planner.batch_tokens =
        options.batch_tokens == 0 ? kDefaultBatchTokens : options.batch_tokens;
    impl->planner.share_limit = options.share_prefixes ? impl->forward.share_limit() : 0;
    impl->info = {.model_path = path,
                  .architecture = impl->file.config().architecture,
                  .gives_reward = impl->file.readout().gives_reward(),
                  .model_checksum = impl->file.model_checksum(),
                  .isa = backend->name,
                  .library_kernel = impl->forward.library_kernel(),
                  .threads = ctx.threads(),
                  .threads_asked = asked,
                  .verified = options.verify,
                  .max_tokens = static_cast<int>(impl->file.config().max_tokens())};
    return Judge(std::move(impl));
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

std::vector<Result<Verdict>> Judge::Score(std::span<const Pair> pairs,
                                          const ScoreOptions& options) {
  std::vector<Result<Verdict>> results(pairs.size(), OutOfMemory("out of memory"));
  try {
    const std::vector<PairView> views(pairs.begin(), pairs.end());
    results = Score(views, options);
  } catch (const std::bad_alloc&) {  // each pair's result says so
  }
  return results;
}

std::vector<Result<Verdict>> Judge::Score(std::span<const PairView> pairs,
                                          const ScoreOptions& options) {
  const std::lock_guard lock(impl_->mutex);
  // A message as short as this takes no memory of its own.
  std::vector<Result<Verdict>> results(pairs.size(), OutOfMemory("out of memory"));
  try {
    FillWith(NotScored(), &results);
    impl_->ScoreGuarded(pairs, options, &results);
  } catch (const std::bad_alloc&) {  // none is left to tell which of them is whole
    for (Result<Verdict>& result : results) result = NoMemory();
  }
  return results;
}

Result<PlanSummary> Judge::Plan(std::span<const Pair> pairs, const ScoreOptions& options) const {
  try {
    const std::vector<PairView> views(pairs.begin(), pairs.end());
    return Plan(views, options);
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

Result<PlanSummary> Judge::Plan(std::span<const PairView> pairs,
                                const ScoreOptions& options) const {
  try {
    GRAM_ASSIGN_OR_RETURN(const Asking asking, impl_->Ask(options));
    return api::PlanPairs(asking.maker, pairs, impl_->planner, impl_->window_tokens(),
                          options.cancel);
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

Result<std::array<std::vector<int32_t>, 2>> Judge::Prompts(const PairView& pair,
                                                           const ScoreOptions& options) const {
  try {
    GRAM_ASSIGN_OR_RETURN(const Asking asking, impl_->Ask(options));
    GRAM_ASSIGN_OR_RETURN(api::PairPrompts made, asking.maker.Prompts(pair));
    return std::move(made.prompts);
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

Result<std::vector<int32_t>> Judge::Tokenize(std::string_view text, bool parse_special) const {
  try {
    return parse_special ? impl_->tokenizer.Encode(text) : impl_->tokenizer.EncodePlain(text);
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

void Judge::ClearPrefixCache() {
  const std::lock_guard lock(impl_->mutex);
  impl_->ClearPrefixCache();
}

int64_t Judge::tokens_computed() const { return impl_->tokens_computed; }

const EngineInfo& Judge::info() const { return impl_->info; }

int64_t PromptTokens(const Verdict& verdict) {
  int64_t tokens = 0;
  for (const OrderVerdict& order : verdict.orders) tokens += order.tokens;
  for (const RewardPrompt& prompt : verdict.prompts) tokens += prompt.tokens;
  return tokens;
}

Judge::Judge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;
Judge::~Judge() = default;

}  // namespace gram
