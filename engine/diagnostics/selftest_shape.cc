// A model of a real shape in memory: random weights, prompts of random tokens, engines on them.
#include "engine/diagnostics/selftest.h"

#include <atomic>
#include <cmath>
#include <utility>

#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/judge/verdict.h"
#include "engine/model/forward.h"
#include "engine/ops/backend.h"

namespace gram::diagnostics {
namespace {

using schedule::Prompt;

/// Uniform in [-1, 1]: the upper half of a multiplicative generator (Steele and Vigna 2021).
float NextUniform(uint64_t* state) {
  *state *= 0xd1342543de82ef95U;
  return static_cast<float>(static_cast<int32_t>(*state >> 32)) * 0x1p-31F;
}

Prompt RandomTokens(size_t count, uint32_t vocab, uint64_t* state) {
  Prompt tokens(count);
  for (schedule::TokenId& token : tokens) {
    token = static_cast<schedule::TokenId>(std::fabs(NextUniform(state)) * 0.999F *
                                           static_cast<float>(vocab));
  }
  return tokens;
}

Prompt Join(Prompt begin, const Prompt& end) {
  begin.insert(begin.end(), end.begin(), end.end());
  return begin;
}

std::vector<Prompt> MakePrompts(uint32_t vocab) {
  uint64_t state = 3;
  const auto tokens = [&](size_t count) { return RandomTokens(count, vocab, &state); };
  const Prompt root = tokens(20);
  const Prompt question = Join(root, tokens(44));  // ends on a block's border
  const Prompt response = Join(question, tokens(25));
  return {response,
          Join(response, tokens(50)),  // the one is the other's beginning
          Join(question, tokens(1)),
          Join(root, tokens(7)),
          tokens(1),
          Join(root, tokens(16)),
          response,
          response};
}

class ShapeEngine final : public SelfTestEngine {
 public:
  ShapeEngine(model::Forward forward, EngineInfo info, const schedule::PlannerOptions& planner,
              std::span<const Prompt> prompts, int32_t vocab)
      : forward_(std::move(forward)),
        info_(std::move(info)),
        planner_(planner),
        prompts_(prompts),
        head_rows_{0, vocab - 1} {}

  EngineInfo info() const override { return info_; }

  Result<std::vector<Verdict>> Score(std::span<const size_t> pairs) override {
    std::vector<Prompt> prompts;
    for (const size_t pair : pairs) {
      prompts.push_back(prompts_[2 * pair]);
      prompts.push_back(prompts_[2 * pair + 1]);
    }
    std::atomic<int64_t> computed = 0;
    const judge::PromptRun run =
        judge::RunPrompts(&forward_, prompts, head_rows_, planner_, &computed);
    GRAM_RETURN_IF_ERROR(run.status);
    std::vector<Verdict> verdicts(pairs.size());
    for (size_t i = 0; i < prompts.size(); ++i) {
      const model::HeadValues logits = run.values[i].value();
      verdicts[i / 2].orders[i % 2] = {static_cast<int>(i % 2) + 1, logits[0], logits[1],
                                       static_cast<int>(prompts[i].size())};
    }
    return verdicts;
  }

 private:
  model::Forward forward_;
  EngineInfo info_;
  schedule::PlannerOptions planner_;
  std::span<const Prompt> prompts_;
  std::array<int32_t, 2> head_rows_;
};

}  // namespace

format::ModelConfig RealShape() {
  return {.architecture = "Qwen3ForCausalLM",
          .hidden_size = 2048,
          .intermediate_size = 6144,
          .num_hidden_layers = 2,
          .num_attention_heads = 16,
          .num_key_value_heads = 8,
          .head_dim = 128,
          .vocab_size = 256,
          .max_position_embeddings = 40960,
          .rms_norm_eps = 1e-6F,
          .rope = {.rope_theta = 1e6},
          .tie_word_embeddings = true,
          .qk_norm = true};
}

RandomWeights::RandomWeights(const format::ModelConfig& config) {
  const size_t width = config.hidden_size;
  const size_t queries = size_t{config.num_attention_heads} * config.head_dim;
  const size_t keys = size_t{config.num_key_value_heads} * config.head_dim;
  view_.config = config;
  view_.embed = {Fill(config.vocab_size * width, 1), config.vocab_size, width, DType::kBf16};
  for (uint32_t i = 0; i < config.num_hidden_layers; ++i) {
    view_.layers.push_back({.attn_norm = Norm(width),
                            .q = Matrix(queries, width),
                            .kv = Matrix(2 * keys, width),
                            .q_norm = Norm(config.head_dim),
                            .k_norm = Norm(config.head_dim),
                            .o = Matrix(width, queries),
                            .mlp_norm = Norm(width),
                            .gate = Matrix(config.intermediate_size, width),
                            .up = Matrix(config.intermediate_size, width),
                            .down = Matrix(width, config.intermediate_size)});
  }
  view_.final_norm = Norm(width);
  view_.head.rows = view_.embed;
}

const Bf16* RandomWeights::Fill(size_t count, size_t inputs) {
  AlignedBuffer<Bf16> values(count);
  const float scale = std::sqrt(3.0F / static_cast<float>(inputs));
  for (size_t i = 0; i < count; ++i) values[i] = ToBf16(NextUniform(&state_) * scale);
  matrices_.push_back(std::move(values));
  return matrices_.back().data();
}

gemm::PackedWeight RandomWeights::Matrix(size_t n, size_t k) {
  gemm::PackedWeight weight{{n, k, DType::kBf16}, nullptr};
  // Without padding every element is a weight, and any order of random ones is as good.
  GRAM_DCHECK(n % PackedLayout::kBlockCols == 0 && weight.padded_k() == k);
  weight.data = Fill(n * k, k);
  return weight;
}

const float* RandomWeights::Norm(size_t n) {
  AlignedBuffer<float> values(n);
  for (size_t i = 0; i < n; ++i) values[i] = 1 + NextUniform(&state_) / 8;
  norms_.push_back(std::move(values));
  return norms_.back().data();
}

ShapeSubject::ShapeSubject(std::string name, const format::ModelConfig& config)
    : name_(std::move(name)), weights_(config), prompts_(MakePrompts(config.vocab_size)) {}

Result<std::unique_ptr<SelfTestEngine>> ShapeSubject::Open(const JudgeOptions& options) {
  const model::Weights& weights = weights_.view();
  GRAM_ASSIGN_OR_RETURN(const ops::Backend* backend,
                        ops::ChooseBackend(options.isa, weights.dtype));
  GRAM_ASSIGN_OR_RETURN(const int asked, ThreadsFor(options.threads));
  const ExecContext ctx(asked);
  GRAM_ASSIGN_OR_RETURN(model::Forward forward, model::Forward::Open(weights, *backend, ctx));
  schedule::PlannerOptions planner;
  if (options.batch_tokens > 0) planner.batch_tokens = options.batch_tokens;
  planner.share_limit = options.share_prefixes ? forward.share_limit() : 0;
  EngineInfo info;
  info.architecture = weights.config.architecture;
  info.isa = backend->name;
  info.library_kernel = forward.library_kernel();
  info.threads = ctx.threads();
  info.threads_asked = asked;
  info.max_tokens = static_cast<int>(weights.config.max_tokens());
  return std::unique_ptr<SelfTestEngine>(
      std::make_unique<ShapeEngine>(std::move(forward), std::move(info), planner, prompts_,
                                    static_cast<int32_t>(weights.config.vocab_size)));
}

}  // namespace gram::diagnostics
