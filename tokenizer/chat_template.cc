#include "tokenizer/chat_template.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/files.h"
#include "tokenizer/jinja.h"
#include "tokenizer/json.h"

namespace gram::tokenizer {
namespace {

constexpr int kMaxBlockDepth = 64;                   // nested blocks
constexpr size_t kMaxWork = 64 * kMaxTemplateBytes;  // bytes of text made or copied

Status TooLarge() {
  return Unsupported("it makes a text of more than " + std::to_string(kMaxTemplateBytes) +
                     " bytes, or too many of them");
}

constexpr std::string_view kGivenNames[] = {
    "messages", "message", "tools", "loop", "add_generation_prompt", "enable_thinking"};

class Probe {
 public:
  Probe(std::vector<JinjaItem> items, bool thinking_off)
      : items_(std::move(items)), context_{thinking_off} {}

  Result<std::string> Run() {
    GRAM_RETURN_IF_ERROR(Block(Mode::kRun, 0));
    if (next_ != items_.size()) return Unsupported("its blocks do not match");
    return std::move(out_);
  }

 private:
  enum class Mode {
    kRun,
    kSkip,
    kMaybe,  // may run or not, which is not known here: it must not write anything
  };

  static std::string_view TagName(const JinjaItem& item) {
    if (item.kind != JinjaItem::Kind::kTag || item.tokens.empty()) return "";
    return item.tokens[0].text;
  }

  // Runs the items up to the tag that ends or continues the enclosing block, or all.
  Status Block(Mode mode, int depth) {
    if (depth > kMaxBlockDepth) return Unsupported("its blocks are nested too deeply");
    for (; next_ < items_.size(); ++next_) {
      const JinjaItem& item = items_[next_];
      if (item.kind != JinjaItem::Kind::kTag) {
        GRAM_RETURN_IF_ERROR(Write(item, mode));
        continue;
      }
      const std::string_view name = TagName(item);
      if (name == "if") {
        GRAM_RETURN_IF_ERROR(If(mode, depth));
      } else if (name == "for") {
        GRAM_RETURN_IF_ERROR(For(mode, depth));
      } else if (name == "set") {
        GRAM_RETURN_IF_ERROR(Set(item, mode));
      } else if (name == "elif" || name == "else" || name == "endif" || name == "endfor") {
        return Status();
      } else {
        return Unsupported("it uses the tag '" + std::string(name) + "'");
      }
    }
    return Status();
  }

  Status Write(const JinjaItem& item, Mode mode) {
    if (mode == Mode::kSkip) return Status();
    if (mode == Mode::kMaybe) {
      return Unsupported("what it writes depends on more than the roles of the messages");
    }
    if (item.kind == JinjaItem::Kind::kText) {
      out_ += item.text;
      return item.text.find(kContentMark) == std::string::npos
                 ? Status()
                 : Unsupported("it contains a control character");
    }
    const auto text = EvaluateText(item.tokens, context_);
    if (!text) return Unsupported("it writes more than fixed text and the message as it is");
    out_ += *text;
    return Charge(text->size(), out_.size());
  }

  // From the if tag to its endif, on which `next_` is left.
  Status If(Mode mode, int depth) {
    bool taken = false;  // a branch has certainly run
    bool maybe = false;  // a branch may have run
    for (;;) {
      const JinjaItem& tag = items_[next_];
      std::optional<bool> holds = true;
      if (TagName(tag) != "else" && mode == Mode::kRun && !taken) {
        holds = EvaluateCondition(JinjaTokens(tag.tokens).subspan(1), context_);
      }
      Mode branch = mode;
      if (mode == Mode::kRun) {
        branch = taken || holds == false ? Mode::kSkip
                 : maybe || !holds       ? Mode::kMaybe
                                         : Mode::kRun;
        taken |= holds == true;
        maybe |= !holds.has_value();
      }
      ++next_;
      GRAM_RETURN_IF_ERROR(Block(branch, depth + 1));
      if (next_ == items_.size()) return Unsupported("an if is not closed");
      const std::string_view name = TagName(items_[next_]);
      if (name == "endif") return Status();
      if (name == "endfor") return Unsupported("its blocks do not match");
    }
  }

  // From the for tag to its endfor, on which `next_` is left.
  Status For(Mode mode, int depth) {
    const std::vector<JinjaToken>& tag = items_[next_].tokens;
    const bool over_messages =
        tag.size() == 4 && tag[1].Is("message") && tag[2].Is("in") && tag[3].Is("messages");
    const auto outer_variables = context_.variables;  // what a loop sets is gone behind it
    GRAM_RETURN_IF_ERROR(Charge(VariableBytes(), 0));
    const Mode body = mode == Mode::kRun && !over_messages ? Mode::kMaybe : mode;
    ++next_;
    GRAM_RETURN_IF_ERROR(Block(body, depth + 1));
    if (next_ == items_.size() || TagName(items_[next_]) != "endfor") {
      return Unsupported("a for is not closed, or has an else");
    }
    context_.variables = outer_variables;
    return Status();
  }

  Status Set(const JinjaItem& item, Mode mode) {
    if (mode == Mode::kSkip) return Status();
    const auto& tokens = item.tokens;
    const auto equals = std::find_if(tokens.begin(), tokens.end(),
                                     [](const JinjaToken& token) { return token.Is("="); });
    if (equals == tokens.end() || tokens.size() < 4) return Unsupported("it sets a block of text");
    const std::string& name = tokens[1].text;
    if (std::find(std::begin(kGivenNames), std::end(kGivenNames), name) != std::end(kGivenNames)) {
      return Unsupported("it changes '" + name + "'");
    }
    const auto target = equals - tokens.begin() - 1;  // tokens before the sign
    const bool attribute = target == 3 && tokens[2].Is(".");
    if (target != 1 && !attribute) return Unsupported("it sets several variables at once");
    std::optional<std::string> value;
    if (mode == Mode::kRun && !attribute) {
      value = EvaluateText(JinjaTokens(tokens).subspan(3), context_);
    }
    if (!value) {
      context_.variables.erase(name);
      return Status();
    }
    GRAM_RETURN_IF_ERROR(Charge(value->size(), value->size()));
    context_.variables[name] = *std::move(value);
    return Status();
  }

  size_t VariableBytes() const {
    size_t bytes = 0;
    for (const auto& [name, value] : context_.variables) bytes += name.size() + value.size() + 64;
    return bytes;
  }

  // Counts `work` bytes that were made or copied, `length` of them one text.
  Status Charge(size_t work, size_t length) {
    work_ += work;
    return length > kMaxTemplateBytes || work_ > kMaxWork ? TooLarge() : Status();
  }

  std::vector<JinjaItem> items_;
  size_t next_ = 0;
  JinjaContext context_;
  std::string out_;
  size_t work_ = 0;
};

}  // namespace

Result<std::string> ProbeTemplate(std::string_view jinja, bool thinking_off) {
  if (jinja.size() > kMaxTemplateBytes) {
    return Unsupported("it has " + std::to_string(jinja.size()) + " bytes; at most " +
                       std::to_string(kMaxTemplateBytes) + " are read");
  }
  GRAM_ASSIGN_OR_RETURN(std::vector<JinjaItem> items, LexJinja(jinja));
  return Probe(std::move(items), thinking_off).Run();
}

namespace {

constexpr std::string_view kPrefix = "<|im_start|>user\n";
constexpr std::string_view kSuffix = "<|im_end|>\n<|im_start|>assistant\n";
constexpr std::string_view kNoThinking = "<think>\n\n</think>\n\n";

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 28;  // tokenizer_config.json may list all tokens

constexpr std::string_view kWayOut =
    "; give the text around the message to gram-cpu convert with --template-prefix and "
    "--template-suffix";

Status NotRecognized(const std::string& where, const std::string& reason) {
  return Unsupported(where + ": the chat template is not recognised: " + reason +
                     std::string(kWayOut));
}

std::string WhyDifferent(std::string_view written) {
  const size_t content = written.find(kContentMark);
  if (content == written.npos || written.find(kContentMark, content + 1) != written.npos) {
    return "it does not write the user's message exactly once";
  }
  if (written.substr(0, content).ends_with(kPrefix)) {
    if (content > kPrefix.size()) {
      return "it puts text of its own before the user's turn, such as a default system prompt";
    }
    return "what it writes after the user's message is not ChatML's end and assistant turn";
  }
  return "what it writes before the user's message is not ChatML's <|im_start|>user";
}

// The "chat_template" of a JSON file; nothing where the file has none.
Result<std::optional<std::string>> TemplateInJson(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const std::string json, ReadWholeFile(path, kMaxFileBytes));
  GRAM_ASSIGN_OR_RETURN(const JsonDocument document, ParseJson(json, path));
  const auto found = document.root["chat_template"];
  if (found.error() != simdjson::SUCCESS || found.value_unsafe().is_null()) {
    return std::optional<std::string>();
  }
  std::string_view text;
  if (found.get(text) == simdjson::SUCCESS) return std::optional(std::string(text));
  simdjson::dom::array list;
  if (found.get(list) == simdjson::SUCCESS) {
    for (const simdjson::dom::element& entry : list) {
      std::string_view name;
      if (entry["name"].get(name) == simdjson::SUCCESS && name == "default" &&
          entry["template"].get(text) == simdjson::SUCCESS) {
        return std::optional(std::string(text));
      }
    }
  }
  return Unsupported(path + ": chat_template is neither a string nor a list with a \"default\"" +
                     std::string(kWayOut));
}

}  // namespace

Result<ChatTemplate> RecognizeChatTemplate(std::string_view jinja, const std::string& where) {
  const Result<std::string> normal = ProbeTemplate(jinja, false);
  if (!normal.ok()) return NotRecognized(where, normal.status().message());
  const std::string expected = std::string(kPrefix) + kContentMark + std::string(kSuffix);
  if (*normal != expected) return NotRecognized(where, WhyDifferent(*normal));
  const Result<std::string> off = ProbeTemplate(jinja, true);
  if (!off.ok()) return NotRecognized(where, off.status().message());
  if (*off != expected && *off != expected + std::string(kNoThinking)) {
    return NotRecognized(where, "turning enable_thinking off does not add Qwen3's empty <think>");
  }
  return ChatTemplate{std::string(kPrefix), std::string(kSuffix), off->substr(expected.size())};
}

Result<ChatTemplate> ChatTemplateFromFolder(const std::string& folder) {
  const std::string jinja_path = folder + "/chat_template.jinja";
  const Result<std::string> jinja = ReadWholeFile(jinja_path, kMaxFileBytes);
  if (jinja.ok()) return RecognizeChatTemplate(*jinja, jinja_path);
  if (jinja.status().code() != StatusCode::kNotFound) return jinja.status();
  for (const char* name : {"/tokenizer_config.json", "/chat_template.json"}) {
    const std::string path = folder + name;
    const auto found = TemplateInJson(path);
    if (!found.ok() && found.status().code() == StatusCode::kNotFound) continue;
    if (!found.ok()) return found.status();
    if (*found) return RecognizeChatTemplate(**found, path);
  }
  return NotFound(folder + ": no chat template in chat_template.jinja, tokenizer_config.json or " +
                  "chat_template.json" + std::string(kWayOut));
}

}  // namespace gram::tokenizer
