#include "tokenizer/chat_forms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/jinja/render.h"

namespace gram::tokenizer {
namespace {

using format::ContentRule;
using format::kDateMark;
using format::RewardForm;
using jinja::Facts;
using jinja::Outcome;
using jinja::Value;
using jinja::Variables;

constexpr std::string_view kThinkEmpty = "<think>\n\n</think>\n\n";
constexpr std::string_view kThinkBegin = "<think>\n";
constexpr std::string_view kThinkEnd = "\n</think>\n\n";

// How RewardForm::think_block takes a response apart, as jinja/text.h spells it.
constexpr char kHasThought[] = "'</think>' in response";
constexpr char kReasoning[] =
    R"(response.split('</think>')[0].rstrip('\n').split('<think>')[-1].strip('\n'))";
constexpr char kAnswer[] = R"(response.split('</think>')[-1].lstrip('\n'))";
constexpr char kWithoutNewlines[] = R"(response.lstrip('\n'))";
constexpr char kToolBegin[] = "question.startswith('<tool_response>')";
constexpr char kToolEnd[] = "question.endswith('</tool_response>')";

struct Message {
  const char* role;
  const char* symbol;
};

// What a template writes, in turn: texts[0], contents[0], texts[1] ... with kDateMark for the date.
// A content is the spelling of a symbol.
struct Written {
  std::vector<std::string> texts = {""};
  std::vector<std::string> contents = {};

  friend bool operator==(const Written&, const Written&) = default;
};

Result<Value> MessageList(const std::vector<Message>& conversation) {
  jinja::List messages;
  for (const Message& message : conversation) {
    GRAM_ASSIGN_OR_RETURN(
        Value value, Value::Of(jinja::Dict{{"role", Value(jinja::Known(message.role))},
                                           {"content", Value(jinja::Symbol(message.symbol))}}));
    messages.push_back(std::move(value));
  }
  return Value::Of(std::move(messages));
}

// The variables that Hugging Face's apply_chat_template sets.
Result<std::vector<Outcome>> RenderFor(const ChatSource& source,
                                       const std::vector<Message>& conversation, bool thinking_off,
                                       bool prompt) {
  GRAM_ASSIGN_OR_RETURN(Value messages, MessageList(conversation));
  Variables variables = {{"messages", std::move(messages)},
                         {"tools", Value(jinja::None())},
                         {"documents", Value(jinja::None())},
                         {"add_generation_prompt", Value(prompt)}};
  for (const char* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                           "cls_token", "mask_token", "additional_special_tokens"}) {
    const auto token = source.tokens.find(name);
    if (token == source.tokens.end()) {
      const std::string reason =
          "it uses " + std::string(name) + ", which the tokenizer's files do not name";
      variables.emplace(name, Value(jinja::Unusable{reason}));
    } else if (token->second) {
      variables.emplace(name, Value(jinja::Known(*token->second)));
    }
  }
  if (thinking_off) variables.emplace("enable_thinking", Value(false));
  if (source.dated) variables.emplace("date_string", Value(jinja::Symbol("date")));
  return jinja::Render(source.block, variables, {{"date == ''", false}});
}

// Names the fact by which `other` came to be another outcome than the first.
Status DependsOn(const Outcome& first, const Outcome& other) {
  const size_t count = std::min(first.facts.size(), other.facts.size());
  for (size_t i = 0; i < count; ++i) {
    if (first.facts[i] == other.facts[i]) continue;
    return Unsupported("what it writes depends on " + first.facts[i].first);
  }
  return Internal("two outcomes of the same facts");
}

// The first outcome that is not like the one before all; nullptr where none is. Errors, where one
// is a refusal.
Result<const Outcome*> Other(const std::vector<Outcome>& outcomes) {
  const Outcome& first = outcomes.front();
  const Outcome* other = nullptr;
  for (const Outcome& outcome : outcomes) {
    if (outcome.refused != first.refused) return DependsOn(first, outcome);
    if (other == nullptr && outcome.text != first.text) other = &outcome;
  }
  if (!first.refused) return other;
  return Unsupported("it refuses such a conversation: " + jinja::Quote(first.refusal));
}

bool IsOf(std::string_view symbol, std::string_view message) {
  return symbol.starts_with(message) &&
         (symbol.size() == message.size() || symbol[message.size()] == '.');
}

Result<Written> TakeApart(const Outcome& outcome, const std::vector<Message>& conversation) {
  Written written;
  for (const jinja::Piece& piece : outcome.text) {
    const auto of_piece = [&piece](const Message& m) { return IsOf(piece.text, m.symbol); };
    if (!piece.symbol) {
      if (piece.text.find(kDateMark) != piece.text.npos) {
        return Unsupported("it contains a control character");
      }
      written.texts.back() += piece.text;
    } else if (piece.text == "date") {
      if (!written.contents.empty()) return Unsupported("it writes the date behind a message");
      written.texts.back() += kDateMark;
    } else if (std::any_of(conversation.begin(), conversation.end(), of_piece)) {
      written.contents.push_back(piece.text);
      written.texts.emplace_back();
    } else {
      return Unsupported("it writes " + piece.text);
    }
  }
  return written;
}

Result<ContentRule> RuleOf(const std::string& content, const std::string& message) {
  if (content == message) return ContentRule{};
  if (content == message + ".strip()") return ContentRule{.trimmed = true};
  if (content == message + R"(.lstrip('\n'))") return ContentRule{.newlines_cut = true};
  return Unsupported("it writes a message as " + content);
}

// The outcomes of a conversation that does not depend on the texts in any other way.
Result<Written> OneWay(const ChatSource& source, const std::vector<Message>& conversation,
                       bool thinking_off) {
  GRAM_ASSIGN_OR_RETURN(const auto outcomes, RenderFor(source, conversation, thinking_off, true));
  GRAM_ASSIGN_OR_RETURN(const Outcome* other, Other(outcomes));
  if (other != nullptr) return DependsOn(outcomes.front(), *other);
  return TakeApart(outcomes.front(), conversation);
}

}  // namespace

Result<format::ChatPieces> ReadJudgeForm(const ChatSource& source) {
  const std::vector<Message> conversation = {{"user", "message"}};
  GRAM_ASSIGN_OR_RETURN(Written normal, OneWay(source, conversation, false));
  GRAM_ASSIGN_OR_RETURN(const Written off, OneWay(source, conversation, true));
  if (normal.contents.size() != 1) {
    return Unsupported("it does not write the user's message exactly once");
  }
  if (off.contents != normal.contents || off.texts[0] != normal.texts[0] ||
      !off.texts[1].starts_with(normal.texts[1])) {
    return Unsupported("turning enable_thinking off does more than add text at the end");
  }
  format::ChatPieces pieces;
  GRAM_ASSIGN_OR_RETURN(pieces.message, RuleOf(normal.contents[0], "message"));
  pieces.no_thinking = off.texts[1].substr(normal.texts[1].size());
  pieces.prefix = std::move(normal.texts[0]);
  pieces.suffix = std::move(normal.texts[1]);
  return pieces;
}

namespace {

// The form of a template that writes both texts in one way.
Result<RewardForm> PlainForm(const Written& written) {
  if (written.contents.size() != 2 || !IsOf(written.contents[0], "question") ||
      !IsOf(written.contents[1], "response")) {
    return Unsupported("it does not write question and response exactly once, in this order");
  }
  RewardForm form{
      .before = written.texts[0], .between = written.texts[1], .after = written.texts[2]};
  GRAM_ASSIGN_OR_RETURN(form.question, RuleOf(written.contents[0], "question"));
  GRAM_ASSIGN_OR_RETURN(form.response, RuleOf(written.contents[1], "response"));
  return form;
}

// What a template of that form, with a think block, writes where the response holds a thought, or
// the question is a tool's response.
Written Expected(const RewardForm& form, const std::string& question, bool thought, bool tool) {
  if (tool && form.tool_responses) {
    return {{form.before, form.between, form.after}, {question, thought ? kAnswer : "response"}};
  }
  if (!thought) {
    return {{form.before, form.between + std::string(kThinkEmpty), form.after},
            {question, kWithoutNewlines}};
  }
  return {
      {form.before, form.between + std::string(kThinkBegin), std::string(kThinkEnd), form.after},
      {question, kReasoning, kAnswer}};
}

// Whether a template of that form writes `written` in every case in which `facts` hold: a fact that
// was not asked for may be either.
bool Fits(const RewardForm& form, const std::string& question, const Facts& facts,
          const Written& written) {
  const auto may_be = [](std::optional<bool> fact, bool value) {
    return fact.value_or(value) == value;
  };
  const auto begins = jinja::Look(facts, kToolBegin);
  const auto ends = jinja::Look(facts, kToolEnd);
  for (const bool tool : {false, true}) {
    const bool possible = tool ? may_be(begins, true) && may_be(ends, true)
                               : may_be(begins, false) || may_be(ends, false);
    for (const bool thought : {false, true}) {
      if (!possible || !may_be(jinja::Look(facts, kHasThought), thought)) continue;
      if (written != Expected(form, question, thought, tool)) return false;
    }
  }
  return true;
}

// The form of a template whose outcomes differ as RewardForm::think_block says; `other` is the
// first that does.
Result<RewardForm> ThinkForm(const std::vector<Outcome>& outcomes, const Outcome& other,
                             const std::vector<Message>& conversation) {
  std::vector<Written> written;
  for (const Outcome& outcome : outcomes) {
    GRAM_ASSIGN_OR_RETURN(Written one, TakeApart(outcome, conversation));
    written.push_back(std::move(one));
  }
  // The first outcome is that of no fact at all: an empty think block.
  GRAM_ASSIGN_OR_RETURN(RewardForm form, PlainForm(written[0]));
  if (!form.between.ends_with(kThinkEmpty) || written[0].contents[1] != kWithoutNewlines) {
    return DependsOn(outcomes.front(), other);
  }
  form.between.resize(form.between.size() - kThinkEmpty.size());
  form.response = {};
  form.think_block = true;
  size_t fits = 0;  // so many of the first outcomes, at best
  for (const bool tool_responses : {false, true}) {
    form.tool_responses = tool_responses;
    size_t i = 0;
    while (i < outcomes.size() &&
           Fits(form, written[0].contents[0], outcomes[i].facts, written[i])) {
      ++i;
    }
    if (i == outcomes.size()) return form;
    fits = std::max(fits, i);
  }
  return DependsOn(outcomes.front(), fits == 0 ? other : outcomes[fits]);
}

}  // namespace

Result<RewardForm> ReadRewardForm(const ChatSource& source) {
  const std::vector<Message> conversation = {{"user", "question"}, {"assistant", "response"}};
  GRAM_ASSIGN_OR_RETURN(const auto outcomes, RenderFor(source, conversation, false, false));
  GRAM_ASSIGN_OR_RETURN(const Outcome* other, Other(outcomes));
  if (other != nullptr) return ThinkForm(outcomes, *other, conversation);
  GRAM_ASSIGN_OR_RETURN(const Written written, TakeApart(outcomes.front(), conversation));
  return PlainForm(written);
}

}  // namespace gram::tokenizer
