#include "jobs/formats/conversation.h"

#include <algorithm>
#include <array>

#include "jobs/formats/aliases.h"

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

struct MessageKeys {
  std::string_view role;
  std::string_view content;
};

constexpr std::array<MessageKeys, 2> kMessageKeys = {{{"role", "content"}, {"from", "value"}}};

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

// The keys that the message goes by, or null where it is none.
const MessageKeys* KeysOf(const JsonLine& message) {
  for (const MessageKeys& keys : kMessageKeys) {
    if (message.Find(keys.role) != nullptr && message.Find(keys.content) != nullptr) return &keys;
  }
  return nullptr;
}

// Appends the texts of a content that is a list of parts.
std::optional<RowError> ReadParts(JsonLineParser& parser, const JsonField& content,
                                  const std::string& field, std::string& text) {
  const JsonLine parts = parser.Open(content);
  if (parts.error) return parts.error;
  for (const JsonField& part : parts.fields) {
    const JsonLine inside = parser.Open(part);
    const JsonField* piece = inside.Find("text");
    if (piece == nullptr || piece->type != JsonType::kString) {
      return RowError{"wrong_type",
                      "a message of field " + Quoted(field) + " holds something that is not text"};
    }
    text += piece->text;
  }
  return std::nullopt;
}

std::optional<RowError> ReadTurn(JsonLineParser& parser, const JsonField& message,
                                 const std::string& field, Conversation& conversation) {
  const JsonLine inside = parser.Open(message);
  if (inside.error) return inside.error;
  const MessageKeys* keys = KeysOf(inside);
  if (keys == nullptr) {
    return RowError{"wrong_type",
                    "field " + Quoted(field) + " holds something that is not a message"};
  }
  const std::string role = LowerCase(inside.Find(keys->role)->text);
  const auto known = std::find_if(kRoles.begin(), kRoles.end(), [&role](const Role& known_role) {
    return known_role.name == role;
  });
  if (known == kRoles.end()) {
    return RowError{"bad_conversation",
                    "field " + Quoted(field) + " has a message of the unknown " +
                        std::string(keys->role) + " " + Quoted(inside.Find(keys->role)->text)};
  }
  Turn turn{known->speaker, {}};
  const JsonField& content = *inside.Find(keys->content);
  if (content.type == JsonType::kArray) {
    if (auto error = ReadParts(parser, content, field, turn.text)) return error;
  } else if (content.type == JsonType::kString) {
    turn.text = content.text;
  } else {
    return RowError{"wrong_type", "a message of field " + Quoted(field) + " has " +
                                      std::string(JsonTypeName(content.type)) + " for its " +
                                      std::string(keys->content)};
  }
  if (turn.speaker == Speaker::kSystem && turn.text.empty()) return std::nullopt;
  conversation.push_back(std::move(turn));
  return std::nullopt;
}

}  // namespace

std::string_view TurnsName(Turns turns) { return turns == Turns::kLast ? "last" : "join"; }

bool HoldsMessages(JsonLineParser& parser, const JsonField& field) {
  if (field.type == JsonType::kObject) return KeysOf(parser.Open(field)) != nullptr;
  if (field.type != JsonType::kArray) return false;
  const JsonLine elements = parser.Open(field);
  return !elements.fields.empty() && elements.fields.front().type == JsonType::kObject &&
         KeysOf(parser.Open(elements.fields.front())) != nullptr;
}

std::optional<RowError> ReadConversation(JsonLineParser& parser, const JsonField& field,
                                         Conversation& conversation) {
  if (!HoldsMessages(parser, field)) return WrongType(field, kMessagesExpected);
  if (field.type == JsonType::kObject) return ReadTurn(parser, field, field.name, conversation);
  const JsonLine elements = parser.Open(field);
  if (elements.error) return elements.error;
  for (const JsonField& message : elements.fields) {
    if (auto error = ReadTurn(parser, message, field.name, conversation)) return error;
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
