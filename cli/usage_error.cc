#include "cli/usage_error.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "cli/closest_word.h"
#include "cli/option_checks.h"

namespace gram::cli {
namespace {

std::vector<std::string> VerbNames(CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::App* verb : root.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// "modle" of "--modle=M.gram" and of "-modle".
std::string NameIn(const std::string& word) {
  const size_t name = std::min(word.find_first_not_of('-'), word.size());
  return word.substr(name, word.find('=') - name);
}

std::string DidYouMean(const std::string& word) { return "; did you mean " + word + "?"; }

// The option of `app` that `word` is probably meant to be.
std::string OptionMeant(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  const std::optional<std::string> meant = ClosestWord(NameIn(word), names);
  return meant ? DidYouMean("--" + *meant) : "";
}

// Words that `verb` has no use for; the first option among them is what went wrong first.
std::string Leftover(const CLI::App& verb, const std::vector<std::string>& words) {
  const auto option = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word.size() > 1 && word.starts_with('-');
  });
  if (option == words.end()) return "'" + words.front() + "' is one argument too many";
  return "there is no option " + option->substr(0, option->find('=')) + OptionMeant(verb, *option);
}

std::string UnknownVerb(CLI::App& root, const std::string& word) {
  const std::string unknown = "there is no verb " + word;
  if (root.get_option_no_throw("--" + word) != nullptr) return unknown + DidYouMean("--" + word);
  const std::vector<std::string> verbs = VerbNames(root);
  const std::optional<std::string> meant = ClosestWord(word, verbs);
  return unknown + (meant ? DidYouMean(*meant) : "; the verbs are " + Joined(verbs));
}

// `words` are those that no verb takes.
std::string WithoutVerb(CLI::App& root, const std::vector<std::string>& words) {
  if (words.empty()) return "no verb given; the verbs are " + Joined(VerbNames(root));
  const std::string& word = words.front();
  if (!word.starts_with('-')) return UnknownVerb(root, word);
  const std::string option = "--" + NameIn(word);
  for (const CLI::App* verb : root.get_subcommands([](CLI::App*) { return true; })) {
    if (verb->get_option_no_throw(option) == nullptr) continue;
    return option + " belongs behind a verb: gram-cpu " + verb->get_name() + " " + option + " ...";
  }
  return "there is no option " + word.substr(0, word.find('=')) + OptionMeant(root, word);
}

// The option that a message of CLI11 begins with ("--model: ..."), and the rest of the message.
std::pair<const CLI::Option*, std::string> OptionIn(const CLI::App& verb, const std::string& text) {
  const size_t colon = text.find(": ");
  if (colon == std::string::npos) return {nullptr, text};
  return {verb.get_option_no_throw(text.substr(0, colon)), text.substr(colon + 2)};
}

std::string Explained(const CLI::App& verb, const CLI::ParseError& error) {
  const std::string text = error.what();
  const auto [option, rest] = OptionIn(verb, text);
  if (option == nullptr) return text;
  const std::string name = option->get_name();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (option->results().size() > 1) return name + " can be given only once";
    if (option->get_type_size_max() == 0) return name + " takes no value";
    return name + " needs a value: " + name + " " + option->get_type_name();
  }
  return rest.starts_with(kCheckBegins) ? name + " " + rest : text;
}

}  // namespace

UsageError ExplainUsage(CLI::App& root, const CLI::ParseError& error) {
  const std::vector<CLI::App*> verbs = root.get_subcommands();
  const std::vector<std::string> before = root.remaining();
  if (verbs.empty() || !before.empty()) return {"", WithoutVerb(root, before)};
  const CLI::App& verb = *verbs.front();
  const std::vector<std::string> words = verb.remaining();
  return {verb.get_name(), words.empty() ? Explained(verb, error) : Leftover(verb, words)};
}

}  // namespace gram::cli
