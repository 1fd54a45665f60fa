#include "engine/api/protocol.h"

#include <string>
#include <utility>

#include "engine/judge/verdict.h"

namespace gram {

std::string_view ProtocolName(Protocol protocol) {
  switch (protocol) {
    case Protocol::kAuto:
      return "auto";
    case Protocol::kCard:
      return "card";
    case Protocol::kEval:
      return "eval";
    case Protocol::kReward:
      return "reward";
  }
  return "unknown";
}

Protocol ProtocolOf(const EngineInfo& info, const ScoreOptions& options) {
  if (options.protocol != Protocol::kAuto) return options.protocol;
  return info.gives_reward ? Protocol::kReward : Protocol::kCard;
}

namespace api {
namespace {

/// A judge sees both answers in one prompt, once in each order, and is asked for one of two tokens.
class JudgeProtocol final : public PairProtocol {
 public:
  static Result<std::unique_ptr<const PairProtocol>> Make(const format::ChatPieces& chat,
                                                          const tokenizer::Tokenizer& tokenizer,
                                                          const ScoreOptions& options) {
    auto protocol = std::make_unique<JudgeProtocol>();
    GRAM_ASSIGN_OR_RETURN(protocol->template_, PromptTemplate::Parse(PromptText(options)));
    GRAM_ASSIGN_OR_RETURN(protocol->markers_, FinderOfMarkers(options));
    for (size_t i = 0; i < options.labels.size(); ++i) {
      const auto id = tokenizer.TokenToId(options.labels[i]);
      if (!id) return NoToken(options.labels[i]);
      protocol->head_rows_[i] = *id;
    }
    protocol->tokenizer_ = &tokenizer;
    protocol->prefix_ = chat.prefix;
    protocol->suffix_ = chat.suffix + (options.protocol == Protocol::kEval ? chat.no_thinking : "");
    protocol->parse_special_ = options.parse_special;
    protocol->scoring_ = options.scoring;
    return std::unique_ptr<const PairProtocol>(std::move(protocol));
  }

  Result<PromptPair> Encode(std::string_view question, std::string_view response1,
                            std::string_view response2) const override {
    PromptPair orders;
    GRAM_ASSIGN_OR_RETURN(orders[0], EncodeOne(template_.Fill(question, response1, response2)));
    GRAM_ASSIGN_OR_RETURN(orders[1], EncodeOne(template_.Fill(question, response2, response1)));
    return orders;
  }

  const MarkerFinder& markers() const override { return markers_; }
  std::span<const int32_t> head_rows() const override { return head_rows_; }

  Verdict Decide(const std::array<Reading, 2>& readings) const override {
    std::array<OrderVerdict, 2> orders;
    for (size_t i = 0; i < orders.size(); ++i) {
      const auto& [logits, tokens] = readings[i];
      orders[i] = {static_cast<int>(i) + 1, logits[0], logits[1], tokens};
    }
    return judge::Combine(orders, scoring_);
  }

 private:
  static Status NoToken(const std::string& label) {
    return InvalidArgument("the label '" + label +
                           "' is not a single token of the model's tokenizer; its logit would be "
                           "half of the verdict");
  }

  Result<std::vector<int32_t>> EncodeOne(const std::string& content) const {
    if (parse_special_) return tokenizer_->Encode(prefix_ + content + suffix_);
    return tokenizer_->EncodeTemplated(prefix_, content, suffix_);
  }

  const tokenizer::Tokenizer* tokenizer_ = nullptr;
  PromptTemplate template_;
  MarkerFinder markers_;
  std::array<int32_t, 2> head_rows_{};
  std::string prefix_;
  std::string suffix_;
  bool parse_special_ = false;
  Scoring scoring_ = Scoring::kAverage;
};

Status WrongProtocol(Protocol protocol, bool gives_reward) {
  return InvalidArgument("protocol " + std::string(ProtocolName(protocol)) + " is for " +
                         (gives_reward ? "judges, but this model gives a reward"
                                       : "reward models, but this model is a judge"));
}

}  // namespace

Result<std::unique_ptr<const PairProtocol>> PairProtocol::Make(
    const format::ChatPieces& chat, const format::Readout& readout,
    const tokenizer::Tokenizer& tokenizer, const ScoreOptions& options) {
  const bool asks_reward = options.protocol == Protocol::kReward;
  if (options.protocol != Protocol::kAuto && asks_reward != readout.gives_reward()) {
    return WrongProtocol(options.protocol, readout.gives_reward());
  }
  if (!readout.gives_reward()) return JudgeProtocol::Make(chat, tokenizer, options);
  return Unsupported("reward models are not there yet");
}

}  // namespace api
}  // namespace gram
