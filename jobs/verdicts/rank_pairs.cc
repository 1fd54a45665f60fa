#include "jobs/verdicts/rank_pairs.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "engine/base/status.h"
#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

namespace dom = simdjson::dom;

// What a line says of one answer.
struct Answer {
  std::string_view text;
  int64_t rank = 0;
  double win_rate = 0;
  double strength = 0;
  std::set<int64_t> circles;  // numbers of the cyclic groups that it belongs to
};

template <typename T>
bool ReadList(const dom::object& line, const char* name, std::vector<Answer>& answers,
              T Answer::*member) {
  dom::array list;
  if (line[name].get(list) != simdjson::SUCCESS || list.size() != answers.size()) return false;
  auto answer = answers.begin();
  for (const dom::element value : list) {
    T read{};
    if (value.get(read) != simdjson::SUCCESS) return false;
    (*answer++).*member = read;
  }
  return true;
}

// Only a round robin can tell.
bool ReadCircles(const dom::object& line, std::vector<Answer>& answers) {
  dom::array groups;
  if (line["cyclic_groups"].get(groups) != simdjson::SUCCESS) return true;
  int64_t number = 0;
  for (const dom::element group : groups) {
    dom::array members;
    if (group.get(members) != simdjson::SUCCESS) return false;
    for (const dom::element member : members) {
      uint64_t answer = 0;
      if (member.get(answer) != simdjson::SUCCESS || answer < 1 || answer > answers.size()) {
        return false;
      }
      answers[answer - 1].circles.insert(number);
    }
    ++number;
  }
  return true;
}

bool ReadAnswers(const dom::object& line, std::vector<Answer>& answers) {
  return ReadList(line, "ranks", answers, &Answer::rank) &&
         ReadList(line, "win_rates", answers, &Answer::win_rate) &&
         ReadList(line, "strengths", answers, &Answer::strength) && ReadCircles(line, answers);
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

}  // namespace

struct PairMaker::Impl {
  dom::parser parser;
  PairChoice choice;
};

PairMaker::PairMaker(PairChoice choice) : impl_(new Impl{dom::parser(), choice}) {}
PairMaker::~PairMaker() = default;

Result<std::vector<std::string>> PairMaker::Make(std::string_view line) {
  // The id goes from line to line as it is, whatever number it may be: inside of it, quotes are
  // escaped.
  constexpr std::string_view kId = "{\"id\":";
  if (!line.starts_with(kId)) return Corrupt("a line of the rankings has no id");
  std::vector<std::string> pairs;
  const size_t behind_id = line.find(",\"method\":");
  if (behind_id == std::string_view::npos) return pairs;
  const std::string id(line.substr(kId.size(), behind_id - kId.size()));
  std::string rest = "{";
  rest += line.substr(behind_id + 1);
  dom::object object;
  if (impl_->parser.parse(rest).get(object) != simdjson::SUCCESS) {
    return Corrupt("a line of the rankings is not a JSON object");
  }
  std::string_view question;
  dom::array texts;
  if (object["question"].get(question) != simdjson::SUCCESS ||
      object["responses"].get(texts) != simdjson::SUCCESS) {
    return InvalidArgument("the rankings hold no texts; make them with --attach");
  }
  std::vector<Answer> answers(texts.size());
  if (answers.empty() || !ReadList(object, "responses", answers, &Answer::text) ||
      !ReadAnswers(object, answers)) {
    return Corrupt("a line of the rankings contradicts itself");
  }
  const Answer& best = *std::min_element(answers.begin(), answers.end(), RanksHigher);
  for (const Answer* worse : Others(answers, impl_->choice)) {
    if (!MakePair(best, *worse)) continue;
    pairs.push_back("{\"prompt\":" + JsonString(question) + ",\"chosen\":" + JsonString(best.text) +
                    ",\"rejected\":" + JsonString(worse->text) + ",\"id\":" + id +
                    ",\"score_chosen\":" + JsonNumber(best.win_rate) +
                    ",\"score_rejected\":" + JsonNumber(worse->win_rate) +
                    ",\"margin\":" + JsonNumber(best.strength - worse->strength) + "}\n");
  }
  return pairs;
}

}  // namespace gram::jobs
