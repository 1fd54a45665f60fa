// Shell completions for bash and zsh.
#include "cli/describe/option_facts.h"
#include "cli/usage.h"

namespace gram::cli {
namespace {

// Needs nothing of the package bash-completion. "--option=value" arrives as three words.
constexpr const char* kBashHead =
    R"(# bash completion for gram-cpu, written by the build from the program's --help.
_gram_cpu() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' options='' words='' paths='' i
  if [ "$cur" = = ]; then
    cur=''
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      -*) ;;
      *) verb=${COMP_WORDS[i]} && break ;;
    esac
  done
  COMPREPLY=()
  case $verb in
)";
constexpr const char* kBashTail = R"(    *) return ;;
  esac
  if [[ $cur == -* || -z $words$paths ]]; then
    words=$options
    paths=''
  fi
  if [ -n "$paths" ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$paths" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}
complete -F _gram_cpu gram-cpu
)";

// What completes the value of an option.
std::string BashAfterOption(const OptionFacts& option) {
  switch (option.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return "words='" + Joined(option.choices, " ") + "' paths=''";
    case ValueKind::kFile:
      return "paths=-f";
    case ValueKind::kFolder:
      return "paths=-d";
    case ValueKind::kOther:
      return "return";
  }
  return "";
}

std::string BashAfterVerb(const VerbFacts& verb) {
  std::vector<std::string> names;
  std::string cases;
  bool files = false;
  for (const OptionFacts& option : verb.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
    files |= option.positional();
    const std::string after = BashAfterOption(option);
    if (option.positional() || after.empty()) continue;
    cases += "        " + Joined(option.names, " | ") + ") " + after + " ;;\n";
  }
  return "    " + verb.name + ")\n      options='" + Joined(names, " ") + "'" +
         (files ? " paths=-f" : "") + "\n" +
         (cases.empty() ? "" : "      case $prev in\n" + cases + "      esac\n") + "      ;;\n";
}

constexpr const char* kZshHead = R"(#compdef gram-cpu
# zsh completion for gram-cpu, written by the build from the program's --help.
_gram_cpu() {
  local context state state_descr line
  typeset -A opt_args
  local -a verbs
)";

std::string ZshEscaped(const std::string& text, std::string_view special) {
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

std::string ZshAction(const OptionFacts& option) {
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
  return "(" + Joined(option.choices, " ") + ")";
}

// One word of _arguments: '(--query --question)'{--query,--question}'[text]:TEXT:'.
std::string ZshSpec(const OptionFacts& option) {
  const std::string value = ZshEscaped(option.value, ":\\") + ":" + ZshAction(option);
  if (option.positional()) return std::string(option.repeats ? "'*:" : "':") + value + "'";
  const std::string text = "[" + ZshEscaped(option.description, "[]\\") + "]";
  std::string out;
  for (const std::string& name : option.names) {
    // Both "--name value" and "--name=value"; flags take neither.
    const std::string typed = option.value.empty() ? name : name + "=";
    const std::string before = option.repeats ? "*" : "(" + Joined(option.names, " ") + ")";
    out += (out.empty() ? "'" : " '") + before + typed + text +
           (option.value.empty() ? "'" : ":" + value + "'");
  }
  return out;
}

std::string ZshArguments(const std::vector<OptionFacts>& options, const std::string& indent) {
  std::string out;
  for (const OptionFacts& option : options) out += " \\\n" + indent + "  " + ZshSpec(option);
  return out;
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  const std::vector<VerbFacts> verbs = VerbsOf(root);
  std::vector<std::string> names;
  for (const VerbFacts& verb : verbs) names.push_back(verb.name);
  std::vector<std::string> options;
  for (const OptionFacts& option : FactsOf(root).options) {
    options.insert(options.end(), option.names.begin(), option.names.end());
  }
  std::string out = kBashHead;
  out += "    '') words='" + Joined(names, " ") + "' options='" + Joined(options, " ") + "' ;;\n";
  for (const VerbFacts& verb : verbs) out += BashAfterVerb(verb);
  return out + kBashTail;
}

std::string ZshCompletion(const CLI::App& root) {
  const std::vector<VerbFacts> verbs = VerbsOf(root);
  std::string out = kZshHead;
  out += "  verbs=(\n";
  for (const VerbFacts& verb : verbs) {
    out += "    '" + verb.name + ":" + ZshEscaped(verb.description, ":\\") + "'\n";
  }
  out += "  )\n  _arguments -C" + ZshArguments(FactsOf(root).options, "  ") +
         " \\\n    '1:verb:->verb' '*::argument:->arguments' && return\n";
  out +=
      "  case $state in\n    verb) _describe verb verbs ;;\n    arguments)\n      case $words[1] "
      "in\n";
  for (const VerbFacts& verb : verbs) {
    out += "        " + verb.name + ")\n          _arguments" +
           ZshArguments(verb.options, "          ") + "\n          ;;\n";
  }
  return out + "      esac\n      ;;\n  esac\n}\n_gram_cpu \"$@\"\n";
}

}  // namespace gram::cli
