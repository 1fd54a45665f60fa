#include "cli/describe/describe.h"
#include "cli/describe/option_facts.h"

namespace gram::cli {
namespace {

// Needs nothing of the package bash-completion. "--option=value" arrives as three words.
constexpr const char* kHead =
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
constexpr const char* kTail = R"(    *) return ;;
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

std::string Join(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

// What completes the value of an option.
std::string AfterOption(const OptionFacts& option) {
  switch (option.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return "words='" + Join(option.choices, " ") + "' paths=''";
    case ValueKind::kFile:
      return "paths=-f";
    case ValueKind::kFolder:
      return "paths=-d";
    case ValueKind::kOther:
      return "return";
  }
  return "";
}

std::string AfterVerb(const VerbFacts& verb, const std::string& pattern) {
  std::vector<std::string> names;
  std::string cases;
  bool files = false;
  for (const OptionFacts& option : verb.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
    files |= option.positional();
    const std::string after = AfterOption(option);
    if (option.positional() || after.empty()) continue;
    cases += "        " + Join(option.names, " | ") + ") " + after + " ;;\n";
  }
  return "    " + pattern + ")\n      options='" + Join(names, " ") + "'" +
         (files ? " paths=-f" : "") + "\n" +
         (cases.empty() ? "" : "      case $prev in\n" + cases + "      esac\n") + "      ;;\n";
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
  std::string out = kHead;
  out += "    '') words='" + Join(names, " ") + "' options='" + Join(options, " ") + "' ;;\n";
  for (const VerbFacts& verb : verbs) out += AfterVerb(verb, verb.name);
  return out + kTail;
}

}  // namespace gram::cli
