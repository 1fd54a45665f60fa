#include "cli/describe/describe.h"
#include "cli/describe/option_facts.h"

namespace gram::cli {
namespace {

constexpr const char* kHead = R"(#compdef gram-cpu
# zsh completion for gram-cpu, written by the build from the program's --help.
_gram_cpu() {
  local context state state_descr line
  typeset -A opt_args
  local -a verbs
)";

std::string Escaped(const std::string& text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (special.find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string Action(const OptionFacts& option) {
  switch (option.kind) {
    case ValueKind::kNone:
    case ValueKind::kOther:
      return "";
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kFolder:
      return "_files -/";
    case ValueKind::kChoice:
      break;
  }
  std::string out = "(";
  for (const std::string& word : option.choices) out += (out.size() > 1 ? " " : "") + word;
  return out + ")";
}

// One word of _arguments: '(--query --question)'{--query,--question}'[text]:TEXT:'.
std::string Spec(const OptionFacts& option) {
  const std::string value = Escaped(option.value, ":\\") + ":" + Action(option);
  if (option.positional()) return std::string(option.repeats ? "'*:" : "':") + value + "'";
  const std::string text = "[" + Escaped(option.description, "[]\\") + "]";
  std::string out;
  for (const std::string& name : option.names) {
    // Both "--name value" and "--name=value"; flags take neither.
    const std::string typed = option.value.empty() ? name : name + "=";
    std::string others;
    for (const std::string& other : option.names) others += (others.empty() ? "" : " ") + other;
    const std::string before = option.repeats ? "*" : "(" + others + ")";
    out += (out.empty() ? "'" : " '") + before + typed + text +
           (option.value.empty() ? "'" : ":" + value + "'");
  }
  return out;
}

std::string Arguments(const std::vector<OptionFacts>& options, const std::string& indent) {
  std::string out;
  for (const OptionFacts& option : options) out += " \\\n" + indent + "  " + Spec(option);
  return out;
}

}  // namespace

std::string ZshCompletion(const CLI::App& root) {
  const std::vector<VerbFacts> verbs = VerbsOf(root);
  std::string out = kHead;
  out += "  verbs=(\n";
  for (const VerbFacts& verb : verbs) {
    out += "    '" + verb.name + ":" + Escaped(verb.description, ":\\") + "'\n";
  }
  out += "  )\n  _arguments -C" + Arguments(FactsOf(root).options, "  ") +
         " \\\n    '1:verb:->verb' '*::argument:->arguments' && return\n";
  out +=
      "  case $state in\n    verb) _describe verb verbs ;;\n    arguments)\n      case $words[1] "
      "in\n";
  for (const VerbFacts& verb : verbs) {
    out += "        " + verb.name + ")\n          _arguments" +
           Arguments(verb.options, "          ") + "\n          ;;\n";
  }
  return out + "      esac\n      ;;\n  esac\n}\n_gram_cpu \"$@\"\n";
}

}  // namespace gram::cli
