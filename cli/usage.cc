#include "cli/usage.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "jobs/parquet/parquet.h"

namespace gram::cli {
namespace {

// Every message of a check begins with this word. It is how ExplainUsage knows them.
constexpr std::string_view kCheckBegins = "must ";

std::string Begin(std::string_view rest) { return std::string(kCheckBegins).append(rest); }

std::string DidYouMean(const std::string& word) { return "; did you mean " + word + "?"; }

// The number that `text` is as a whole; nothing for other texts and for numbers out of T's range.
template <typename T>
std::optional<T> NumberIn(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

std::string Shortest(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string Got(const std::string& text) {
  return text.empty() ? ", got nothing" : ", got " + text;
}

// Numbers are written as one would type them: the program does not read "1,024".
std::string RangeText(int64_t least, int64_t most) {
  if (most == std::numeric_limits<int64_t>::max()) return std::to_string(least) + " or more";
  return "between " + std::to_string(least) + " and " + std::to_string(most);
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

constexpr size_t kLongestWord = 64;       // nobody mistypes a text
constexpr size_t kShortestBeginning = 3;  // fewer letters begin anything

const std::string* FirstThatBegins(std::string_view typed, std::span<const std::string> words) {
  if (typed.size() < kShortestBeginning) return nullptr;
  const auto found = std::find_if(words.begin(), words.end(), [typed](const std::string& word) {
    return word.starts_with(typed);
  });
  return found == words.end() ? nullptr : &*found;
}

std::vector<std::string> VerbNames(CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::App* verb : root.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

// "modle" of "--modle=M.gram" and of "-modle".
std::string NameIn(const std::string& word) {
  const size_t name = std::min(word.find_first_not_of('-'), word.size());
  return word.substr(name, word.find('=') - name);
}

// The option of `app` that `word` is probably meant to be.
std::string OptionMeant(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  const std::optional<std::string> meant = ClosestWord(NameIn(word), names);
  return meant ? DidYouMean("--" + *meant) : "";
}

// Words that `verb` has no use for. The first option among them is the likely mistake: words that
// follow it may be meant as its value.
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
  return unknown + (meant ? DidYouMean(*meant) : "; the verbs are " + Joined(verbs, ", "));
}

// `words`: those that belong to no verb.
std::string WithoutVerb(CLI::App& root, const std::vector<std::string>& words) {
  if (words.empty()) return "no verb given; the verbs are " + Joined(VerbNames(root), ", ");
  const std::string& word = words.front();
  if (!word.starts_with('-')) return UnknownVerb(root, word);
  const std::string option = "--" + NameIn(word);
  for (const CLI::App* verb : root.get_subcommands([](CLI::App*) { return true; })) {
    if (verb->get_option_no_throw(option) == nullptr) continue;
    return option + " belongs after a verb: gram-cpu " + verb->get_name() + " " + option + " ...";
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

CLI::Validator WholeNumber(int64_t least, int64_t most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    const std::optional<int64_t> value = NumberIn<int64_t>(text);
    if (value && *value >= least && *value <= most) return "";
    // A number with too many digits is only out of range; anything else is not a whole number.
    const bool digits =
        text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0) == std::string::npos &&
        !text.empty() && text != "-";
    return Begin((digits ? "be " : "be a whole number ") + RangeText(least, most) + Got(text));
  };
  return {check, ""};
}

CLI::Validator Number(double least, double most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    const std::optional<double> value = NumberIn<double>(text);
    if (value && *value >= least && *value <= most) return "";
    return Begin("be a number between " + Shortest(least) + " and " + Shortest(most) + Got(text));
  };
  return {check, ""};
}

std::optional<double> ParseShare(const std::string& text) {
  const bool percent = text.ends_with('%');
  const auto number = NumberIn<double>(percent ? text.substr(0, text.size() - 1) : text);
  if (!number) return std::nullopt;
  const double share = percent ? *number / 100 : *number;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

CLI::Validator Share() {
  const auto check = [](const std::string& text) -> std::string {
    if (ParseShare(text)) return "";
    return Begin("be a share between 0 and 1, or a percentage such as 5%" + Got(text));
  };
  return {check, ""};
}

CLI::Validator OneOf(std::vector<std::string> names) {
  const std::string choices = "{" + Joined(names, ",") + "}";  // as --help shows them
  const auto check = [names = std::move(names)](const std::string& text) -> std::string {
    if (std::find(names.begin(), names.end(), text) != names.end()) return "";
    const std::optional<std::string> meant = ClosestWord(text, names);
    return Begin("be " + Listed(names) + Got(text) + (meant ? DidYouMean(*meant) : ""));
  };
  return {check, choices};
}

CLI::Validator NotEmpty() {
  return {[](const std::string& text) { return text.empty() ? Begin("not be empty") : ""; }, ""};
}

CLI::Validator LinesFile() {
  const auto check = [](const std::string& name) -> std::string {
    if (!jobs::IsNamedParquet(name)) return "";
    return Begin("be named .jsonl, since it holds lines of JSON" + Got(name));
  };
  return {check, ""};
}

size_t EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the usual table; a swap builds on the row two above.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> ClosestWord(std::string_view typed, std::span<const std::string> words) {
  if (typed.empty() || typed.size() > kLongestWord) return std::nullopt;
  const std::string* closest = nullptr;
  size_t least = 0;
  for (const std::string& word : words) {
    const size_t distance = EditDistance(typed, word);
    const size_t allowed = std::max<size_t>(word.size() / 3, 1);
    if (distance > allowed || distance >= std::max(typed.size(), word.size())) continue;
    if (closest != nullptr && distance >= least) continue;
    closest = &word;
    least = distance;
  }
  if (closest == nullptr) closest = FirstThatBegins(typed, words);
  return closest == nullptr ? std::nullopt : std::optional(*closest);
}

std::string Joined(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

UsageError ExplainUsage(CLI::App& root, const CLI::ParseError& error) {
  const std::vector<CLI::App*> verbs = root.get_subcommands();
  const std::vector<std::string> before = root.remaining();
  if (verbs.empty() || !before.empty()) return {"", WithoutVerb(root, before)};
  const CLI::App& verb = *verbs.front();
  const std::vector<std::string> words = verb.remaining();
  return {verb.get_name(), words.empty() ? Explained(verb, error) : Leftover(verb, words)};
}

}  // namespace gram::cli
