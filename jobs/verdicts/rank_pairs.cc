#include "jobs/verdicts/rank_pairs.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/status.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

// What a line says of one answer.
struct Answer {
  std::string text;
  double rank = 0;
  double win_rate = 0;
  double strength = 0;
  std::set<int64_t> circles;  // numbers of the cyclic groups that it belongs to
};

bool ReadTexts(JsonLineParser& parser, const JsonField& list, std::vector<Answer>& answers) {
  for (JsonField& text : parser.Open(list).fields) {
    if (text.type != JsonType::kString) return false;
    answers.emplace_back().text = std::move(text.text);
  }
  return !answers.empty();
}

bool ReadList(JsonLineParser& parser, const JsonLine& line, std::string_view name,
              std::vector<Answer>& answers, double Answer::*member) {
  const JsonField* list = line.Find(name);
  const auto numbers = list != nullptr ? ReadNumbers(parser, *list) : std::nullopt;
  if (!numbers || numbers->size() != answers.size()) return false;
  for (size_t i = 0; i < answers.size(); ++i) answers[i].*member = (*numbers)[i];
  return true;
}

// Only a round robin can tell.
bool ReadCircles(JsonLineParser& parser, const JsonLine& line, std::vector<Answer>& answers) {
  const JsonField* groups = line.Find(fields::kCyclicGroups);
  if (groups == nullptr) return true;
  int64_t number = 0;
  for (const JsonField& group : parser.Open(*groups).fields) {
    for (const JsonField& member : parser.Open(group).fields) {
      const auto answer = static_cast<size_t>(ReadCount(&member).value_or(0));
      if (answer < 1 || answer > answers.size()) return false;
      answers[answer - 1].circles.insert(number);
    }
    ++number;
  }
  return true;
}

bool ReadAnswers(JsonLineParser& parser, const JsonLine& line, const JsonField& texts,
                 std::vector<Answer>& answers) {
  return ReadTexts(parser, texts, answers) &&
         ReadList(parser, line, fields::kRanks, answers, &Answer::rank) &&
         ReadList(parser, line, fields::kWinRates, answers, &Answer::win_rate) &&
         ReadList(parser, line, fields::kStrengths, answers, &Answer::strength) &&
         ReadCircles(parser, line, answers);
}

bool InOneCircle(const Answer& a, const Answer& b) {
  return std::any_of(a.circles.begin(), a.circles.end(),
                     [&](int64_t circle) { return b.circles.contains(circle); });
}

bool MakePair(const Answer& better, const Answer& worse) {
  return better.rank < worse.rank && better.text != worse.text && !InOneCircle(better, worse);
}

bool RanksHigher(const Answer& a, const Answer& b) { return a.rank < b.rank; }

// Those that may make a pair with `best`, each text once.
std::vector<const Answer*> Others(const std::vector<Answer>& answers, PairChoice choice) {
  if (choice == PairChoice::kBestWorst) {
    return {&*std::max_element(answers.begin(), answers.end(), RanksHigher)};
  }
  std::vector<const Answer*> others;
  std::set<std::string_view> seen;
  for (const Answer& answer : answers) {
    if (seen.insert(answer.text).second) others.push_back(&answer);
  }
  return others;
}

std::string PairLine(const JsonField& question, const Answer& best, const Answer& worse,
                     std::string_view id) {
  return JsonMembers()
             .Add(fields::kPrompt, JsonString(question.text))
             .Add(fields::kChosen, JsonString(best.text))
             .Add(fields::kRejected, JsonString(worse.text))
             .Add(fields::kId, id)
             .Add(fields::kScoreChosen, JsonNumber(best.win_rate))
             .Add(fields::kScoreRejected, JsonNumber(worse.win_rate))
             .Add(fields::kMargin, JsonNumber(best.strength - worse.strength))
             .Object() +
         "\n";
}

}  // namespace

Result<std::vector<std::string>> PairMaker::Make(std::string_view line) {
  line_.assign(line);
  const JsonLine parsed = parser_.Parse(line_);
  if (parsed.error) return Corrupt("a line of the rankings is not a JSON object");
  const JsonField* id = parsed.Find(fields::kId);
  if (id == nullptr) return Corrupt("a line of the rankings has no id");
  std::vector<std::string> pairs;
  if (parsed.Find(fields::kMethod) == nullptr) return pairs;  // an error
  const JsonField* question = parsed.Find(fields::kQuestion);
  const JsonField* texts = parsed.Find(fields::kResponses);
  if (question == nullptr || question->type != JsonType::kString || texts == nullptr ||
      texts->type != JsonType::kArray) {
    return InvalidArgument("the rankings hold no texts; run rank with --attach");
  }
  std::vector<Answer> answers;
  if (!ReadAnswers(parser_, parsed, *texts, answers)) {
    return Corrupt("a line of the rankings contradicts itself");
  }
  const Answer& best = *std::min_element(answers.begin(), answers.end(), RanksHigher);
  for (const Answer* worse : Others(answers, choice_)) {
    if (MakePair(best, *worse)) pairs.push_back(PairLine(*question, best, *worse, id->raw));
  }
  return pairs;
}

}  // namespace gram::jobs
