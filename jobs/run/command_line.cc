#include "jobs/run/command_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace gram::jobs {
namespace {

constexpr std::string_view kPlainCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// In the form that shells read as C does, since a message is one line.
std::string Escaped(const std::string& word) {
  std::string text = "$'";
  for (const char c : word) {
    if (IsControl(c)) {
      std::array<char, 8> octal{};
      std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(c));
      text += octal.data();
    } else {
      text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
  }
  return text + "'";
}

std::string Quoted(const std::string& word) {
  if (std::any_of(word.begin(), word.end(), IsControl)) return Escaped(word);
  if (!word.empty() && word.find_first_not_of(kPlainCharacters) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  text += '\'';
  return text;
}

}  // namespace

std::vector<std::string> OwnCommandLine() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  return words;
}

std::string WorkingFolder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  return error ? std::string() : folder.string();
}

std::string ShellLine(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(Quoted(word));
  return line;
}

std::string CommandWith(std::vector<std::string> words, std::string_view option,
                        const Shard& shard) {
  // What comes behind "--" is no option.
  auto end = std::find(words.begin(), words.end(), "--");
  end = words.erase(std::remove(words.begin(), end, "--force"), end);
  end = std::find(words.begin(), words.end(), "--");
  for (auto word = words.begin(); word != end; ++word) {
    if (*word == "--shard=auto") *word = "--shard=" + shard.ToString();
    if (*word == "auto" && word != words.begin() && word[-1] == "--shard") *word = shard.ToString();
  }
  if (std::find(words.begin(), end, option) == end) {
    // Behind the verb, the first word that is no option of the program's own.
    const auto is_word = [](const std::string& word) { return !word.starts_with('-'); };
    const auto verb = std::find_if(words.begin() + (words.empty() ? 0 : 1), end, is_word);
    words.insert(verb == end ? end : verb + 1, std::string(option));
  }
  return ShellLine(words);
}

}  // namespace gram::jobs
