#include "engine/api/protocol.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "engine/judge/verdict.h"
#include "gram/option_names.h"
#include "tokenizer/utf8.h"

namespace gram {

std::string_view ProtocolName(Protocol protocol) { return NameOf(kProtocolNames, protocol); }

std::optional<std::array<std::string, 2>> ParseLabels(std::string_view text) {
  const size_t comma = text.find(',');
  if (comma == text.npos) return std::nullopt;
  const std::string_view a = text.substr(0, comma);
  const std::string_view b = text.substr(comma + 1);
  if (a.empty() || b.empty() || a == b) return std::nullopt;
  return std::array{std::string(a), std::string(b)};
}

Protocol ProtocolOf(const EngineInfo& info, const ScoreOptions& options) {
  if (options.protocol != Protocol::kAuto) return options.protocol;
  return info.gives_reward ? Protocol::kReward : Protocol::kCard;
}

namespace api {
namespace {

/// Texts as token ids: the parts of a prompt behind as many BOS tokens as are wanted.
class PromptEncoder {
 public:
  static Result<PromptEncoder> Make(const format::ChatPieces& chat,
                                    const tokenizer::Tokenizer& tokenizer,
                                    const ScoreOptions& options) {
    PromptEncoder encoder;
    encoder.tokenizer_ = &tokenizer;
    encoder.parse_special_ = options.parse_special;
    std::optional<tokenizer::TokenId> bos = tokenizer.bos();
    if (!bos && !chat.bos.empty()) bos = tokenizer.TokenToId(chat.bos);
    if (!bos && options.bos == Bos::kTwo) {
      return InvalidArgument("two BOS tokens were asked for, but this model's tokenizer has none");
    }
    if (bos) encoder.begin_.assign(options.bos == Bos::kTwo ? 2 : 1, *bos);
    return encoder;
  }

  Result<std::vector<int32_t>> Encode(const std::vector<format::ChatPart>& parts) const {
    std::vector<tokenizer::TextPart> texts;
    for (const format::ChatPart& part : parts) {
      texts.push_back({part.text, parse_special_ || !part.is_content});
    }
    GRAM_ASSIGN_OR_RETURN(std::vector<int32_t> ids, parse_special_
                                                        ? tokenizer_->Encode(Joined(parts))
                                                        : tokenizer_->EncodeParts(texts));
    // A prefix that was given by hand may begin with the BOS text, which is a token by now.
    const bool has_bos = !begin_.empty() && !ids.empty() && ids.front() == begin_.front() &&
                         !parts.front().text.empty();
    ids.insert(has_bos ? ids.erase(ids.begin()) : ids.begin(), begin_.begin(), begin_.end());
    return ids;
  }

 private:
  /// Control tokens may reach across parts, where texts may hold any.
  static std::string Joined(const std::vector<format::ChatPart>& parts) {
    std::string text;
    for (const format::ChatPart& part : parts) text += part.text;
    return text;
  }

  const tokenizer::Tokenizer* tokenizer_ = nullptr;
  std::vector<int32_t> begin_;
  bool parse_special_ = false;
};

/// A date is written into every prompt: a line of print, and no more.
Status CheckDate(const std::string& beginning, const std::string& date) {
  if (date.empty()) return {};
  if (beginning.find(format::kDateMark) == beginning.npos) {
    return InvalidArgument("a date was given, but this model's chat template does not write one");
  }
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(date, "the date"));
  const bool printable = std::none_of(date.begin(), date.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (printable && date.size() <= 64) return {};
  return InvalidArgument("the date is not a text of one line, such as 26 Jul 2024");
}

/// A judge sees both answers in one prompt, once in each order, and is asked for one of two tokens.
class JudgeProtocol final : public PairProtocol {
 public:
  static Result<std::unique_ptr<const PairProtocol>> Make(const format::ChatPieces& chat,
                                                          const tokenizer::Tokenizer& tokenizer,
                                                          const ScoreOptions& options) {
    if (!chat.judge) {
      return Unsupported(
          "the model's chat template has no form with a generation prompt, which a "
          "judge is asked with");
    }
    GRAM_RETURN_IF_ERROR(CheckDate(chat.prefix, options.date));
    auto protocol = std::make_unique<JudgeProtocol>();
    GRAM_ASSIGN_OR_RETURN(protocol->template_, PromptTemplate::Parse(PromptText(options)));
    GRAM_ASSIGN_OR_RETURN(protocol->markers_, FinderOfMarkers(options));
    GRAM_ASSIGN_OR_RETURN(protocol->encoder_, PromptEncoder::Make(chat, tokenizer, options));
    for (size_t i = 0; i < options.labels.size(); ++i) {
      const auto id = tokenizer.TokenToId(options.labels[i]);
      if (!id) return NoToken(options.labels[i]);
      protocol->head_rows_[i] = *id;
    }
    if (protocol->head_rows_[0] == protocol->head_rows_[1]) {
      return InvalidArgument("both labels are '" + options.labels[0] +
                             "', so neither response could win");
    }
    protocol->chat_ = chat;
    protocol->date_ = options.date;
    protocol->thinking_off_ = options.protocol == Protocol::kEval;
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

  Result<std::vector<int32_t>> EncodeOne(const std::string& message) const {
    return encoder_.Encode(format::JudgeParts(chat_, message, thinking_off_, date_));
  }

  PromptEncoder encoder_;
  format::ChatPieces chat_;
  PromptTemplate template_;
  MarkerFinder markers_;
  std::string date_;
  std::array<int32_t, 2> head_rows_{};
  bool thinking_off_ = false;
  Scoring scoring_ = Scoring::kAverage;
};

/// A reward model sees the question and one response, as a conversation that has ended, and gives
/// it a number.
class RewardProtocol final : public PairProtocol {
 public:
  static Result<std::unique_ptr<const PairProtocol>> Make(const format::ChatPieces& chat,
                                                          const format::Readout& readout,
                                                          const tokenizer::Tokenizer& tokenizer,
                                                          const ScoreOptions& options) {
    if (!chat.reward) {
      return Unsupported("the model's chat template has no form for a question and its response");
    }
    if (!options.prompt.empty()) return ForJudges("a judging prompt");
    if (options.scoring != Scoring::kAverage) return ForJudges("a way of scoring two orders");
    if (options.labels != ScoreOptions().labels) return ForJudges("a choice of labels");
    GRAM_RETURN_IF_ERROR(CheckDate(chat.reward->before, options.date));
    auto protocol = std::make_unique<RewardProtocol>();
    GRAM_ASSIGN_OR_RETURN(protocol->encoder_, PromptEncoder::Make(chat, tokenizer, options));
    protocol->chat_ = chat;
    protocol->readout_ = readout;
    protocol->date_ = options.date;
    return std::unique_ptr<const PairProtocol>(std::move(protocol));
  }

  Result<PromptPair> Encode(std::string_view question, std::string_view response1,
                            std::string_view response2) const override {
    PromptPair prompts;
    GRAM_ASSIGN_OR_RETURN(prompts[0], EncodeOne(question, response1));
    GRAM_ASSIGN_OR_RETURN(prompts[1], EncodeOne(question, response2));
    return prompts;
  }

  const MarkerFinder& markers() const override { return no_markers_; }

  /// transformers reads the last token that is not the padding token, which may be one that the
  /// template writes; of padding alone, the first.
  size_t TokensToRun(std::span<const int32_t> prompt) const override {
    size_t count = prompt.size();
    while (count > 1 && prompt[count - 1] == readout_.pad_token_id) --count;
    const bool all_padding = count == 1 && prompt[0] == readout_.pad_token_id;
    return all_padding ? 1 : count;
  }

  std::span<const int32_t> head_rows() const override {
    return std::span(kRows).first(is_difference() ? 2 : 1);
  }

  Verdict Decide(const std::array<Reading, 2>& readings) const override {
    std::array<double, 2> rewards{};
    std::array<RewardPrompt, 2> prompts;
    for (size_t i = 0; i < readings.size(); ++i) {
      const model::HeadValues& values = readings[i].values;
      rewards[i] = static_cast<double>(values[0]);
      if (is_difference()) rewards[i] -= static_cast<double>(values[1]);
      prompts[i] = {static_cast<int>(i) + 1, readings[i].tokens};
    }
    return judge::CompareRewards(rewards, prompts);
  }

 private:
  static constexpr std::array<int32_t, 2> kRows = {0, 1};

  static Status ForJudges(const std::string& what) {
    return InvalidArgument(what + " is for judges, but this model gives a reward");
  }

  bool is_difference() const {
    return readout_.head == format::HeadKind::kRows && readout_.rows == 2;
  }

  Result<std::vector<int32_t>> EncodeOne(std::string_view question,
                                         std::string_view response) const {
    GRAM_ASSIGN_OR_RETURN(std::vector<int32_t> ids,
                          encoder_.Encode(format::RewardParts(chat_, question, response, date_)));
    const int32_t end = readout_.reward_token_id;
    if (end >= 0 && (ids.empty() || ids.back() != end)) ids.push_back(end);
    return ids;
  }

  PromptEncoder encoder_;
  format::ChatPieces chat_;
  format::Readout readout_;
  MarkerFinder no_markers_;
  std::string date_;
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
  if (readout.gives_reward()) return RewardProtocol::Make(chat, readout, tokenizer, options);
  return JudgeProtocol::Make(chat, tokenizer, options);
}

}  // namespace api
}  // namespace gram
