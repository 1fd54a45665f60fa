#include "engine/format/chat_pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

namespace gram::format {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ChatPieces Judge() { return {.prefix = "<user>", .suffix = "<end>", .no_thinking = "<none>"}; }

ChatPieces Reward() {
  ChatPieces chat = Judge();
  chat.reward = RewardForm{.before = "<q>", .between = "<r>", .after = "<end>"};
  return chat;
}

// All that a section may hold.
ChatPieces Full() {
  ChatPieces chat = Reward();
  chat.prefix = "Today is \x01\n<user>";
  chat.message = {.trimmed = true};
  chat.reward->before = "Today is \x01\n<q>";
  chat.reward->question = {.newlines_cut = true};
  chat.reward->think_block = true;
  chat.reward->tool_responses = true;
  chat.bos = "<s>";
  chat.date = "26 Jul 2024";
  return chat;
}

Result<ChatPieces> Decoded(const std::string& bytes) {
  return DecodeChat(std::as_bytes(std::span(bytes)), "FILE: chat");
}

std::string Joined(const std::vector<ChatPart>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i].is_content, i % 2 == 1) << i;
    text += parts[i].is_content ? "(" + parts[i].text + ")" : parts[i].text;
  }
  EXPECT_EQ(parts.size() % 2, 1U);
  return text;
}

TEST(ChatPieces, WhatIsEncodedIsDecoded) {
  ChatPieces without_judge = Reward();
  without_judge.prefix = without_judge.suffix = without_judge.no_thinking = "";
  without_judge.judge = false;
  for (const ChatPieces& chat : {ChatPieces(), Judge(), Reward(), Full(), without_judge}) {
    const auto back = Decoded(EncodeChat(chat));
    ASSERT_TRUE(back.ok()) << back.status().message();
    EXPECT_EQ(*back, chat);
  }
}

TEST(ChatPieces, EveryFlagIsKept) {
  for (uint32_t bits = 0; bits < 256; ++bits) {
    ChatPieces chat = Reward();
    RewardForm& form = *chat.reward;
    chat.message = {(bits & 1) != 0, (bits & 2) != 0};
    form.question = {(bits & 4) != 0, (bits & 8) != 0};
    form.think_block = (bits & 16) != 0;
    if (form.think_block) {
      form.tool_responses = (bits & 32) != 0;
    } else {
      form.response = {(bits & 64) != 0, (bits & 128) != 0};
    }
    const auto back = Decoded(EncodeChat(chat));
    ASSERT_TRUE(back.ok()) << bits;
    EXPECT_EQ(*back, chat) << bits;
  }
}

TEST(ChatPieces, OtherLengthsAreRefused) {
  const std::string bytes = EncodeChat(Full());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = Decoded(bytes.substr(0, size));
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.status().code(), StatusCode::kCorrupt);
    EXPECT_THAT(cut.status().message(), AllOf(HasSubstr("FILE: chat"), HasSubstr("lengths ask")));
  }
  EXPECT_FALSE(Decoded(bytes + '\0').ok());
  for (size_t length = 0; length < 8; ++length) {
    std::string huge = bytes;
    std::memset(huge.data() + 4 + 4 * length, 0xff, 4);
    EXPECT_EQ(Decoded(huge).status().code(), StatusCode::kCorrupt) << length;
  }
}

// Any change of a byte is refused, or other pieces that are encoded as that.
TEST(ChatPieces, AFileHasOneForm) {
  for (const ChatPieces& chat : {Judge(), Full()}) {
    const std::string good = EncodeChat(chat);
    for (size_t i = 0; i < 8 * good.size(); ++i) {
      std::string bytes = good;
      bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
      const auto back = Decoded(bytes);
      if (back.ok()) {
        EXPECT_EQ(EncodeChat(*back), bytes) << i;
      } else {
        EXPECT_EQ(back.status().code(), StatusCode::kCorrupt) << i;
      }
    }
  }
}

TEST(ChatPieces, PiecesThatContradictEachOtherAreRefused) {
  const auto refusal = [](const std::function<void(ChatPieces&)>& change) {
    ChatPieces chat = Full();
    change(chat);
    const auto back = Decoded(EncodeChat(chat));
    return back.ok() ? "" : back.status().message();
  };
  EXPECT_EQ(refusal([](ChatPieces&) {}), "");
  EXPECT_THAT(refusal([](ChatPieces& c) { c.judge = false; }), HasSubstr("judge form"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.date = ""; }), HasSubstr("date"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.date = "\x01"; }), HasSubstr("date"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.prefix = c.reward->before = "x"; }), HasSubstr("date"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.reward->after = "\x01"; }), HasSubstr("date"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.reward->think_block = false; }), HasSubstr("think"));
  EXPECT_THAT(refusal([](ChatPieces& c) { c.reward->response.trimmed = true; }),
              HasSubstr("two rules"));
}

TEST(ChatPieces, TheJudgesText) {
  EXPECT_EQ(Joined(JudgeParts(Judge(), " \nHi ", false)), "<user>( \nHi )<end>");
  EXPECT_EQ(Joined(JudgeParts(Judge(), "", true)), "<user>()<end><none>");
  EXPECT_EQ(Joined(JudgeParts(Full(), "\u3000 Hi\x1c ", false)),
            "Today is 26 Jul 2024\n<user>(Hi)<end>");
  EXPECT_EQ(Joined(JudgeParts(Full(), "\x01", false, "1 Jan 2025")),
            "Today is 1 Jan 2025\n<user>(\x01)<end>");
}

TEST(ChatPieces, TheRewardFormsText) {
  ChatPieces chat = Reward();
  EXPECT_EQ(Joined(RewardParts(chat, " q", "\n</think>r\n")), "<q>( q)<r>(\n</think>r\n)<end>");
  chat.reward->question.newlines_cut = true;
  chat.reward->response.trimmed = true;
  EXPECT_EQ(Joined(RewardParts(chat, "\n\n q\n", "\n r\n")), "<q>( q\n)<r>(r)<end>");
  EXPECT_EQ(Joined(RewardParts(chat, "\n", "\n")), "<q>()<r>()<end>");
  EXPECT_EQ(RewardParts(Full(), "q", "r", "1 Jan 2025")[0].text, "Today is 1 Jan 2025\n<q>");
}

TEST(ChatPieces, TheThinkBlock) {
  ChatPieces chat = Reward();
  chat.reward->think_block = true;
  chat.reward->tool_responses = true;
  const auto text = [&chat](const std::string& response) {
    return Joined(RewardParts(chat, "q", response));
  };
  constexpr char kEmpty[] = "<q>(q)<r><think>\n\n</think>\n\n";
  EXPECT_EQ(text("r"), std::string(kEmpty) + "(r)<end>");
  EXPECT_EQ(text("\n\n r\n"), std::string(kEmpty) + "( r\n)<end>");
  EXPECT_EQ(text(""), std::string(kEmpty) + "()<end>");
  EXPECT_EQ(text("<think>\n\n</think>\n\nr"), std::string(kEmpty) + "(r)<end>");
  EXPECT_EQ(text("</think>r</think>\n\ns"), std::string(kEmpty) + "(s)<end>");
  EXPECT_EQ(text("a<think>\n\nb\n\n</think>r"), "<q>(q)<r><think>\n(b)\n</think>\n\n(r)<end>");
  EXPECT_EQ(text("<think>a<think> \n</think>"), "<q>(q)<r><think>\n( )\n</think>\n\n()<end>");
  EXPECT_EQ(text("<think>r"), std::string(kEmpty) + "(<think>r)<end>");
}

TEST(ChatPieces, AnAnswerToAToolHasNoThinkBlock) {
  ChatPieces chat = Reward();
  chat.reward->think_block = true;
  const std::string question = "<tool_response>x</tool_response>";
  const auto text = [&](const std::string& response) {
    return Joined(RewardParts(chat, question, response)).substr(question.size() + 5);
  };
  EXPECT_EQ(text("r"), "<r><think>\n\n</think>\n\n(r)<end>");
  chat.reward->tool_responses = true;
  EXPECT_EQ(text("\nr"), "<r>(\nr)<end>");
  EXPECT_EQ(text("a</think>\nr"), "<r>(r)<end>");
  EXPECT_THAT(RewardParts(chat, question + " ", "r")[2].text, HasSubstr("<think>"));
}

TEST(ChatPieces, EveryMarkIsTheDate) {
  EXPECT_EQ(WithDate("", "d"), "");
  EXPECT_EQ(WithDate("a", "d"), "a");
  EXPECT_EQ(WithDate("\x01 a \x01", "1 Jan"), "1 Jan a 1 Jan");
}

}  // namespace
}  // namespace gram::format
