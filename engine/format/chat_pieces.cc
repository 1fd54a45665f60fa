#include "engine/format/chat_pieces.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "engine/base/white_space.h"

namespace gram::format {
namespace {

constexpr std::string_view kThinkBegin = "<think>";
constexpr std::string_view kThinkEnd = "</think>";

std::string_view CutNewlines(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

std::string_view CutLastNewlines(std::string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

std::string_view Apply(const ContentRule& rule, std::string_view text) {
  if (rule.trimmed) text = Trim(text);
  return rule.newlines_cut ? CutNewlines(text) : text;
}

// RewardForm::think_block.
struct Thought {
  std::string_view reasoning;
  std::string_view response;
};

Thought TakeApart(std::string_view text) {
  const size_t first = text.find(kThinkEnd);
  if (first == text.npos) return {{}, text};
  std::string_view reasoning = CutLastNewlines(text.substr(0, first));
  if (const size_t begin = reasoning.rfind(kThinkBegin); begin != reasoning.npos) {
    reasoning.remove_prefix(begin + kThinkBegin.size());
  }
  return {CutLastNewlines(CutNewlines(reasoning)),
          CutNewlines(text.substr(text.rfind(kThinkEnd) + kThinkEnd.size()))};
}

bool IsToolResponse(std::string_view question) {
  return question.starts_with("<tool_response>") && question.ends_with("</tool_response>");
}

// The texts of the section, in its order.
template <typename Pieces, typename Reward>
auto TextsOf(Pieces& chat, Reward& reward) {
  return std::array{&chat.prefix,    &chat.suffix,  &chat.no_thinking, &reward.before,
                    &reward.between, &reward.after, &chat.bos,         &chat.date};
}

// The truth values of the section, in the order of their bits.
template <typename Pieces, typename Reward>
auto FlagsOf(Pieces& chat, Reward& reward) {
  return std::array{&chat.judge,
                    &chat.message.trimmed,
                    &chat.message.newlines_cut,
                    &reward.question.trimmed,
                    &reward.question.newlines_cut,
                    &reward.response.trimmed,
                    &reward.response.newlines_cut,
                    &reward.think_block,
                    &reward.tool_responses};
}

constexpr size_t kTexts = 8;
constexpr size_t kFlags = 9;
constexpr uint32_t kHasReward = uint32_t{1} << kFlags;

// The numbers before the texts.
struct ChatHead {
  uint32_t flags;  // kHasReward, and FlagsOf's from the lowest bit on
  std::array<uint32_t, kTexts> lengths;
};
static_assert(sizeof(ChatHead) == 36);

bool HasMark(const std::string& text) { return text.find(kDateMark) != text.npos; }

// What is wrong with pieces whose lengths are right; empty where nothing is.
std::string Fault(const ChatPieces& chat) {
  if (!chat.judge && (!chat.prefix.empty() || !chat.suffix.empty() || !chat.no_thinking.empty() ||
                      chat.message != ContentRule{})) {
    return "it has a part of a judge form that is absent";
  }
  const RewardForm reward = chat.reward.value_or(RewardForm{});
  if (reward.tool_responses && !reward.think_block) return "it leaves out a think block of none";
  if (reward.think_block && reward.response != ContentRule{})
    return "it has two rules for a response";
  for (const std::string* text : TextsOf(chat, reward)) {
    const bool may_have = text == &chat.prefix || text == &reward.before;
    if (HasMark(*text) && !may_have) return "it has a date out of place";
  }
  if (chat.date.empty() == (HasMark(chat.prefix) || HasMark(reward.before))) {
    return "it has a date without a place, or a place without a date";
  }
  return "";
}

}  // namespace

std::string WithDate(std::string_view text, std::string_view date) {
  std::string dated;
  for (const char c : text) c == kDateMark ? dated.append(date) : dated.append(1, c);
  return dated;
}

std::vector<ChatPart> JudgeParts(const ChatPieces& chat, std::string_view message,
                                 bool thinking_off, std::string_view date) {
  GRAM_DCHECK(chat.judge);
  return {{WithDate(chat.prefix, date.empty() ? chat.date : date), false},
          {std::string(Apply(chat.message, message)), true},
          {chat.suffix + (thinking_off ? chat.no_thinking : ""), false}};
}

std::vector<ChatPart> RewardParts(const ChatPieces& chat, std::string_view question,
                                  std::string_view response, std::string_view date) {
  GRAM_DCHECK(chat.reward);
  const RewardForm& form = *chat.reward;
  std::vector<ChatPart> parts = {{WithDate(form.before, date.empty() ? chat.date : date), false},
                                 {std::string(Apply(form.question, question)), true},
                                 {form.between, false}};
  if (!form.think_block) {
    response = Apply(form.response, response);
  } else {
    const Thought thought = TakeApart(response);
    response = thought.response;
    if (!form.tool_responses || !IsToolResponse(question)) {
      response = CutNewlines(response);
      parts.back().text.append(kThinkBegin).append("\n");
      if (!thought.reasoning.empty()) {
        parts.push_back({std::string(thought.reasoning), true});
        parts.push_back({});
      }
      parts.back().text.append("\n").append(kThinkEnd).append("\n\n");
    }
  }
  parts.push_back({std::string(response), true});
  parts.push_back({form.after, false});
  return parts;
}

std::string EncodeChat(const ChatPieces& chat) {
  const RewardForm reward = chat.reward.value_or(RewardForm{});
  ChatHead head{};
  head.flags = chat.reward ? kHasReward : 0;
  const auto flags = FlagsOf(chat, reward);
  static_assert(flags.size() == kFlags);
  for (size_t i = 0; i < kFlags; ++i) head.flags |= uint32_t{*flags[i]} << i;
  std::string bytes(sizeof(head), '\0');
  const auto texts = TextsOf(chat, reward);
  static_assert(texts.size() == kTexts);
  for (size_t i = 0; i < kTexts; ++i) {
    head.lengths[i] = static_cast<uint32_t>(texts[i]->size());
    bytes += *texts[i];
  }
  std::memcpy(bytes.data(), &head, sizeof(head));
  return bytes;
}

Result<ChatPieces> DecodeChat(std::span<const std::byte> bytes, const std::string& where) {
  ChatHead head{};
  if (bytes.size() >= sizeof(head)) std::memcpy(&head, bytes.data(), sizeof(head));
  uint64_t expected = sizeof(head);
  for (const uint32_t length : head.lengths) expected += length;
  if (bytes.size() != expected) {
    return Corrupt(where + ": " + std::to_string(bytes.size()) +
                   " bytes, but its lengths ask for " + std::to_string(expected));
  }
  ChatPieces chat;
  RewardForm reward;
  const char* text = reinterpret_cast<const char*>(bytes.data()) + sizeof(head);
  const auto texts = TextsOf(chat, reward);
  for (size_t i = 0; i < kTexts; ++i) {
    texts[i]->assign(text, head.lengths[i]);
    text += head.lengths[i];
  }
  const auto flags = FlagsOf(chat, reward);
  for (size_t i = 0; i < kFlags; ++i) *flags[i] = (head.flags >> i & 1) != 0;
  const bool has_reward = (head.flags & kHasReward) != 0;
  if (head.flags >= 2 * kHasReward || (!has_reward && reward != RewardForm{})) {
    return Corrupt(where + ": its flags are " + std::to_string(head.flags) +
                   ", which is not what this version writes");
  }
  if (has_reward) chat.reward = std::move(reward);
  if (const std::string fault = Fault(chat); !fault.empty()) return Corrupt(where + ": " + fault);
  return chat;
}

}  // namespace gram::format
