#include "jobs/formats/conversation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "jobs/formats/aliases.h"
#include "jobs/formats/message.h"

namespace gram::jobs {
namespace {

struct Role {
  std::string_view name;
  Speaker speaker;
};

constexpr std::array<Role, 16> kRoles = {{{"user", Speaker::kUser},
                                          {"human", Speaker::kUser},
                                          {"prompter", Speaker::kUser},
                                          {"assistant", Speaker::kAssistant},
                                          {"gpt", Speaker::kAssistant},
                                          {"chatbot", Speaker::kAssistant},
                                          {"bot", Speaker::kAssistant},
                                          {"model", Speaker::kAssistant},
                                          {"function_call", Speaker::kAssistant},
                                          {"tool_call", Speaker::kAssistant},
                                          {"system", Speaker::kSystem},
                                          {"developer", Speaker::kSystem},
                                          {"tool", Speaker::kTool},
                                          {"function", Speaker::kTool},
                                          {"observation", Speaker::kTool},
                                          {"ipython", Speaker::kTool}}};

constexpr std::string_view kMessagesExpected = "a string or messages (role and content)";

std::string_view SpeakerName(Speaker speaker) {
  switch (speaker) {
    case Speaker::kSystem:
      return "System";
    case Speaker::kUser:
      return "User";
    case Speaker::kAssistant:
      return "Assistant";
    case Speaker::kTool:
      return "Tool";
  }
  return "";
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::optional<RowError> ReadTurn(JsonLineParser& parser, const JsonField& message,
                                 const std::string& field, const NameSet& ignored,
                                 Conversation& conversation) {
  Message read;
  if (auto error = ReadMessage(parser, message, field, ignored, read)) return error;
  const std::string role = LowerCase(read.role);
  const auto known = std::find_if(kRoles.begin(), kRoles.end(), [&role](const Role& known_role) {
    return known_role.name == role;
  });
  if (known == kRoles.end()) {
    return RowError{"bad_conversation", "field " + Quoted(field) +
                                            " has a message of the unknown " + read.role_key + " " +
                                            Quoted(read.role)};
  }
  if (known->speaker == Speaker::kSystem && read.text.empty()) return std::nullopt;
  conversation.push_back({known->speaker, std::move(read.text)});
  return std::nullopt;
}

}  // namespace

std::string_view TurnsName(Turns turns) { return turns == Turns::kLast ? "last" : "join"; }

bool HoldsMessages(JsonLineParser& parser, const JsonField& field) {
  if (field.type == JsonType::kObject) return IsMessage(parser.Open(field));
  if (field.type != JsonType::kArray) return false;
  const JsonLine elements = parser.Open(field);
  return !elements.fields.empty() && elements.fields.front().type == JsonType::kObject &&
         IsMessage(parser.Open(elements.fields.front()));
}

std::optional<RowError> ReadConversation(JsonLineParser& parser, const JsonField& field,
                                         const NameSet& ignored, Conversation& conversation) {
  if (!HoldsMessages(parser, field)) return WrongType(field, kMessagesExpected);
  if (field.type == JsonType::kObject)
    return ReadTurn(parser, field, field.name, ignored, conversation);
  const JsonLine elements = parser.Open(field);
  if (elements.error) return elements.error;
  for (const JsonField& message : elements.fields) {
    if (auto error = ReadTurn(parser, message, field.name, ignored, conversation)) return error;
  }
  return std::nullopt;
}

std::optional<RowError> AskedQuestion(const Conversation& conversation, Turns turns,
                                      std::string& question) {
  const auto last_user =
      std::find_if(conversation.rbegin(), conversation.rend(),
                   [](const Turn& turn) { return turn.speaker == Speaker::kUser; });
  if (last_user == conversation.rend()) {
    return RowError{"bad_conversation", "the conversation has no user turn"};
  }
  if (turns == Turns::kLast || conversation.size() == 1) {
    question = last_user->text;
    return std::nullopt;
  }
  question.clear();
  for (const Turn& turn : conversation) {
    if (!question.empty()) question += '\n';
    question += SpeakerName(turn.speaker);
    question += ": ";
    question += turn.text;
  }
  return std::nullopt;
}

}  // namespace gram::jobs
