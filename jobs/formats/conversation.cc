#include "jobs/formats/conversation.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gram::jobs {
namespace {

using MaybeError = std::optional<RowError>;

// One message: its role, and its content and tool calls as one text.
struct Message {
  std::string role_key;  // "role" or "from"
  std::string role;
  std::string text;
};

struct MessageKeys {
  std::string_view role;
  std::string_view content;
};

constexpr std::array<MessageKeys, 2> kMessageKeys = {{{"role", "content"}, {"from", "value"}}};
constexpr std::array<std::string_view, 2> kCallKeys = {"tool_calls", "function_call"};

// Of a message or a part of one: what a judge of texts cannot see.
constexpr std::array<std::string_view, 12> kNoText = {
    "image",  "images",    "image_url", "audio", "input_audio", "video",
    "videos", "video_url", "file",      "files", "attachments", "documents"};
// Texts of a message that are no part of its content.
constexpr std::array<std::string_view, 5> kAsideTexts = {"reasoning_content", "reasoning",
                                                         "thinking", "prefix_content", "context"};

// Whether there is something: null, false, empty strings, lists and objects are nothing.
bool IsFilled(JsonLineParser& parser, const JsonField* field) {
  if (field == nullptr) return false;
  switch (field->type) {
    case JsonType::kNull:
      return false;
    case JsonType::kBool:
      return field->raw == "true";
    case JsonType::kString:
      return !field->text.empty();
    case JsonType::kArray:
    case JsonType::kObject:
      return !parser.Open(*field).fields.empty();
    default:
      return true;
  }
}

const MessageKeys* KeysOf(const JsonLine& message) {
  for (const MessageKeys& keys : kMessageKeys) {
    if (message.Find(keys.role) == nullptr) continue;
    if (message.Find(keys.content) != nullptr) return &keys;
    // OpenAI's messages may leave the content out beside calls.
    for (const std::string_view calls : kCallKeys) {
      if (message.Find(calls) != nullptr) return &keys;
    }
  }
  return nullptr;
}

void AddLine(const std::string& line, std::string& text) {
  if (!text.empty()) text += '\n';
  text += line;
}

// "Tool call: NAME(ARGUMENTS)" from {"function":{"name","arguments"}}, or {"name","arguments"}, as
// in function_call and in parts that are calls, whose arguments are called input.
MaybeError AddCall(JsonLineParser& parser, const JsonField& call, const std::string& field,
                   std::string& text) {
  const JsonLine outer = parser.Open(call);
  const JsonField* function = FindPresent(outer, "function");
  const bool nested = function != nullptr && function->type == JsonType::kObject;
  const JsonLine inner = nested ? parser.Open(*function) : JsonLine();
  const JsonLine& parts = nested ? inner : outer;
  const JsonField* name = FindPresent(parts, "name");
  if (name == nullptr || name->type != JsonType::kString) {
    return RowError{"wrong_type",
                    "a message of field " + Quoted(field) + " has a tool call without a name"};
  }
  const JsonField* arguments = FindPresent(parts, "arguments");
  if (arguments == nullptr) arguments = FindPresent(parts, "input");
  if (arguments == nullptr) arguments = FindPresent(parts, "parameters");
  std::string given;
  if (arguments != nullptr) {
    given = arguments->type == JsonType::kString ? arguments->text : std::string(arguments->raw);
  }
  AddLine("Tool call: " + name->text + "(" + given + ")", text);
  return std::nullopt;
}

MaybeError AddCalls(JsonLineParser& parser, const JsonLine& message, const std::string& field,
                    std::string& text) {
  for (const std::string_view key : kCallKeys) {
    const JsonField* calls = message.Find(key);
    if (!IsFilled(parser, calls)) continue;
    if (calls->type == JsonType::kObject) {
      if (auto error = AddCall(parser, *calls, field, text)) return error;
      continue;
    }
    if (calls->type != JsonType::kArray) return WrongType(*calls, "a list of tool calls");
    for (const JsonField& call : parser.Open(*calls).fields) {
      if (auto error = AddCall(parser, call, field, text)) return error;
    }
  }
  return std::nullopt;
}

RowError NoText(const std::string& field, std::string_view what) {
  return {"wrong_type", "a message of field " + Quoted(field) +
                            " holds something that is not text: " + Quoted(what)};
}

MaybeError AddPart(JsonLineParser& parser, const JsonField& part, const std::string& field,
                   std::string& text) {
  if (part.type == JsonType::kString) {
    text += part.text;
    return std::nullopt;
  }
  const JsonLine inside = parser.Open(part);
  if (inside.error) return inside.error;
  for (const std::string_view key : kNoText) {
    if (IsFilled(parser, inside.Find(key))) return NoText(field, key);
  }
  const JsonField* type = inside.Find("type");
  if (type != nullptr && type->text == "tool_use") return AddCall(parser, part, field, text);
  const JsonField* piece = inside.Find("text");
  if (piece == nullptr || piece->type != JsonType::kString) {
    return NoText(field, type != nullptr && !type->text.empty() ? type->text : "a part");
  }
  text += piece->text;
  return std::nullopt;
}

MaybeError ReadContent(JsonLineParser& parser, const JsonField& content, const std::string& field,
                       std::string& text) {
  if (content.type == JsonType::kString) {
    text = content.text;
    return std::nullopt;
  }
  const JsonLine parts = parser.Open(content);
  if (parts.error) return parts.error;
  for (const JsonField& part : parts.fields) {
    if (auto error = AddPart(parser, part, field, text)) return error;
  }
  return std::nullopt;
}

bool IsMessage(const JsonLine& object) { return KeysOf(object) != nullptr; }

// Fields of a message beside its content that would be lost.
MaybeError FindLost(JsonLineParser& parser, const JsonLine& message, const std::string& field,
                    const NameSet& ignored) {
  for (const JsonField& part : message.fields) {
    const bool no_text = std::find(kNoText.begin(), kNoText.end(), part.name) != kNoText.end();
    const bool aside =
        std::find(kAsideTexts.begin(), kAsideTexts.end(), part.name) != kAsideTexts.end();
    if ((!no_text && !aside) || ignored.contains(part.name)) continue;
    if (!IsFilled(parser, &part)) continue;
    if (no_text) return NoText(field, part.name);
    return RowError{"unused_field", "a message of field " + Quoted(field) + " has a field " +
                                        Quoted(part.name) +
                                        ", which is not judged; leave it out "
                                        "with --ignore " +
                                        part.name};
  }
  return std::nullopt;
}

// Reads a message; `field` is the row's field that holds it.
MaybeError ReadMessage(JsonLineParser& parser, const JsonField& message, const std::string& field,
                       const NameSet& ignored, Message& read) {
  const JsonLine inside = parser.Open(message);
  if (inside.error) return inside.error;
  const MessageKeys* keys = KeysOf(inside);
  if (keys == nullptr) {
    return RowError{"wrong_type",
                    "field " + Quoted(field) + " holds something that is not a message"};
  }
  read.role_key = keys->role;
  read.role = inside.Find(keys->role)->text;
  if (auto error = FindLost(parser, inside, field, ignored)) return error;
  // What a model says when it refuses stands in place of the content.
  const JsonField* content = FindPresent(inside, keys->content);
  if (content == nullptr) content = FindPresent(inside, "refusal");
  const bool readable = content != nullptr &&
                        (content->type == JsonType::kString || content->type == JsonType::kArray);
  if (readable) {
    if (auto error = ReadContent(parser, *content, field, read.text)) return error;
  }
  const size_t without_calls = read.text.size();
  if (auto error = AddCalls(parser, inside, field, read.text)) return error;
  if (readable || (content == nullptr && read.text.size() > without_calls)) return std::nullopt;
  return RowError{"wrong_type",
                  "a message of field " + Quoted(field) + " has " +
                      (content == nullptr ? "null" : std::string(JsonTypeName(content->type))) +
                      " for its " + std::string(keys->content)};
}

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

MaybeError ReadTurn(JsonLineParser& parser, const JsonField& message, const std::string& field,
                    const NameSet& ignored, Conversation& conversation) {
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
