// All that a model's chat template does to texts: what it writes around them and how it alters
// them. The packed file's chat section, and the texts that follow from it.
#ifndef GRAM_ENGINE_FORMAT_CHAT_PIECES_H_
#define GRAM_ENGINE_FORMAT_CHAT_PIECES_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace gram::format {

/// Stands for the date in a text of the template; occurs nowhere else in it.
inline constexpr char kDateMark = '\x01';

/// What the template does to a message before it writes it.
struct ContentRule {
  bool trimmed = false;       ///< white space at both ends is cut off: Trim(), white_space.h
  bool newlines_cut = false;  ///< line feeds at the beginning are cut off

  friend bool operator==(const ContentRule&, const ContentRule&) = default;
};

/// A conversation of question and response without a generation prompt, which scalar reward models
/// read: before + question + between + response + after.
struct RewardForm {
  std::string before;
  std::string between;
  std::string after;
  ContentRule question = {};
  ContentRule response = {};
  /// As Qwen3's template has it, "<think>\n" + reasoning + "\n</think>\n\n" goes before the
  /// response. Of a response with "</think>" in it, the reasoning is what stands before the first
  /// one (line feeds at its end cut off), behind the last "<think>" of that, without line feeds at
  /// its ends; the response is what stands behind the last one. Else the reasoning is empty. Line
  /// feeds at the beginning of the response are cut off; `response` is empty.
  bool think_block = false;
  /// Where the question begins with "<tool_response>" and ends with "</tool_response>", that block
  /// is left out, and no line feeds are cut off a response without "</think>".
  bool tool_responses = false;

  friend bool operator==(const RewardForm&, const RewardForm&) = default;
};

struct ChatPieces {
  // One user message and a generation prompt, which judges read: prefix + message + suffix.
  std::string prefix = {};
  std::string suffix = {};
  std::string no_thinking = {};  ///< follows `suffix` when thinking is off; empty where the
                                 ///< template has no such switch
  ContentRule message = {};
  bool judge = true;  ///< whether there is that form; the four fields above are empty where not

  std::optional<RewardForm> reward = {};

  /// The BOS token's text, where the template writes it at its very beginning: cut off from
  /// `prefix` and `before`.
  std::string bos = {};

  /// Stands in the place of kDateMark unless the user gives another; empty where `prefix` and
  /// `before` have no mark. The template's own, or "26 Jul 2024" where that is the current date.
  std::string date = {};

  friend bool operator==(const ChatPieces&, const ChatPieces&) = default;
};

/// What a template that writes today's date is given instead: the date that Llama 3.1's and 3.2's
/// have where nobody tells them another. A score must not change with the calendar.
inline constexpr std::string_view kDefaultDate = "26 Jul 2024";

/// `text` with `date` in the place of each mark.
std::string WithDate(std::string_view text, std::string_view date);

/// A part of a prompt.
struct ChatPart {
  std::string text;
  bool is_content = false;  ///< of a message, else the template's

  friend bool operator==(const ChatPart&, const ChatPart&) = default;
};

/// The judge form's text in parts, the template's and the message's in turn, the template's first
/// and last, without BOS. `date` empty: the default. Needs chat.judge.
std::vector<ChatPart> JudgeParts(const ChatPieces& chat, std::string_view message,
                                 bool thinking_off, std::string_view date = {});

/// The same of the reward form: the contents are the question, the reasoning if the response holds
/// one and the form has a think block, and the response. Needs chat.reward.
std::vector<ChatPart> RewardParts(const ChatPieces& chat, std::string_view question,
                                  std::string_view response, std::string_view date = {});

/// The section's bytes.
std::string EncodeChat(const ChatPieces& chat);

/// kCorrupt, naming `where`, unless these are bytes that EncodeChat gives.
Result<ChatPieces> DecodeChat(std::span<const std::byte> bytes, const std::string& where);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_CHAT_PIECES_H_
