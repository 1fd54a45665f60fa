#include "jobs/verdicts/totals.h"

#include <simdjson.h>

#include <numeric>

namespace gram::jobs {
namespace {

namespace dom = simdjson::dom;

// The code of an error line. Members and their order are checked: a result line may hold a member
// "error" of its row's own.
bool IsErrorLine(const dom::object& line, std::string_view& code) {
  if (line.size() != 3) return false;
  auto member = line.begin();
  if (member.key() != "id" || (++member).key() != "row" || (++member).key() != "error") {
    return false;
  }
  return member.value()["code"].get(code) == simdjson::SUCCESS;
}

void AddScores(double first, double second, Totals& totals) {
  totals.undecided += first == second ? 1 : 0;
}

void AddLabel(const dom::object& verdict, Totals& totals) {
  std::string_view label;
  bool correct = false;
  if (verdict["label"].get(label) == simdjson::SUCCESS && label == "tie") ++totals.label_ties;
  if (verdict["correct"].get(correct) != simdjson::SUCCESS) return;
  ++totals.labelled;
  totals.correct += correct ? 1 : 0;
}

void AddOrders(const dom::object& verdict, Totals& totals) {
  bool agree = false;
  if (verdict["orders_agree"].get(agree) == simdjson::SUCCESS) {
    ++(agree ? totals.orders_agree : totals.orders_disagree);
  }
  double gap = 0;
  if (verdict["order_gap"].get(gap) == simdjson::SUCCESS) {
    ++totals.order_gaps;
    totals.order_gap_sum += gap;
  }
  dom::array orders;
  if (verdict["orders"].get(orders) != simdjson::SUCCESS) return;
  for (const dom::element order : orders) {
    int64_t tokens = 0;
    if (order["tokens"].get(tokens) == simdjson::SUCCESS) totals.tokens += tokens;
  }
}

// A verdict as gram-cpu writes it.
void AddVerdict(const dom::object& verdict, Totals& totals) {
  double first = 0;
  double second = 0;
  if (verdict["score_response1"].get(first) == simdjson::SUCCESS &&
      verdict["score_response2"].get(second) == simdjson::SUCCESS) {
    AddScores(first, second, totals);
  }
  AddLabel(verdict, totals);
  AddOrders(verdict, totals);
}

// A ranking: its label is right or wrong as a whole, its orders are counted already.
void AddRanking(const dom::object& ranking, int64_t comparisons, Totals& totals) {
  AddLabel(ranking, totals);
  int64_t disagree = 0;
  if (ranking["orders_disagree"].get(disagree) == simdjson::SUCCESS) {
    totals.orders_disagree += disagree;
    totals.orders_agree += comparisons - disagree;
  }
  int64_t tokens = 0;
  if (ranking["tokens"].get(tokens) == simdjson::SUCCESS) totals.tokens += tokens;
}

void AddUnreadLabels(const dom::object& line, Totals& totals) {
  dom::object labels;
  if (line["label_not_understood"].get(labels) != simdjson::SUCCESS) return;
  for (const auto& label : labels) ++totals.labels_not_understood[std::string(label.key)];
}

void AddOwn(const dom::object& line, Totals& totals) {
  AddUnreadLabels(line, totals);
  int64_t used = 0;
  if (line["comparisons_used"].get(used) == simdjson::SUCCESS) {
    return AddRanking(line, used, totals);
  }
  dom::array comparisons;
  if (line["comparisons"].get(comparisons) != simdjson::SUCCESS) return AddVerdict(line, totals);
  for (const dom::element comparison : comparisons) {
    dom::object verdict;
    if (comparison.get(verdict) == simdjson::SUCCESS) AddVerdict(verdict, totals);
  }
}

void AddLabelledScores(const dom::element& chosen, const dom::element& rejected, Totals& totals) {
  double first = 0;
  double second = 0;
  if (chosen.get(first) != simdjson::SUCCESS || rejected.get(second) != simdjson::SUCCESS) return;
  AddScores(first, second, totals);
  ++totals.labelled;
  totals.correct += first > second ? 1 : 0;
}

// The scores of a labelled pair, or lists of them, under these names.
void AddLabelled(const dom::object& line, const char* chosen_name, const char* rejected_name,
                 Totals& totals) {
  dom::element chosen;
  dom::element rejected;
  if (line[chosen_name].get(chosen) != simdjson::SUCCESS) return;
  if (line[rejected_name].get(rejected) != simdjson::SUCCESS) return;
  dom::array chosen_list;
  dom::array rejected_list;
  if (chosen.get(chosen_list) != simdjson::SUCCESS ||
      rejected.get(rejected_list) != simdjson::SUCCESS) {
    return AddLabelledScores(chosen, rejected, totals);
  }
  for (auto a = chosen_list.begin(), b = rejected_list.begin();
       a != chosen_list.end() && b != rejected_list.end(); ++a, ++b) {
    AddLabelledScores(*a, *b, totals);
  }
}

// JudgeBench's two judgments: the answers have changed places in the second.
void AddJudgments(const dom::object& line, Totals& totals) {
  std::string_view first;
  std::string_view second;
  if (line["judgments"].at(0)["decision"].get(first) != simdjson::SUCCESS ||
      line["judgments"].at(1)["decision"].get(second) != simdjson::SUCCESS) {
    return;
  }
  const bool agree = first == "A=B" ? second == "A=B" : second != "A=B" && first != second;
  ++(agree ? totals.orders_agree : totals.orders_disagree);
}

}  // namespace

int64_t Totals::failed_rows() const {
  return std::accumulate(failed.begin(), failed.end(), int64_t{0},
                         [](int64_t sum, const auto& code) { return sum + code.second; });
}

struct LineTally::Impl {
  dom::parser parser;
  std::string schema;
};

LineTally::LineTally(std::string_view schema)
    : impl_(new Impl{dom::parser(), std::string(schema)}) {}
LineTally::~LineTally() = default;

LineKind LineTally::Add(std::string_view line, Totals& totals) {
  dom::object object;
  if (impl_->parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
    return LineKind::kDamaged;
  }
  ++totals.rows;
  std::string_view code;
  if (IsErrorLine(object, code)) {
    ++totals.failed[std::string(code)];
    return LineKind::kError;
  }
  // The row's own members come with some schemas: only what the schema adds is looked at.
  if (impl_->schema == "gram") {
    AddLabelled(object, "score_chosen", "score_rejected", totals);
  } else if (impl_->schema == "rewardbench") {
    AddLabelled(object, "scores_chosen", "scores_rejected", totals);
  } else if (impl_->schema == "judgebench") {
    AddJudgments(object, totals);
  } else {
    AddOwn(object, totals);
  }
  return LineKind::kResult;
}

}  // namespace gram::jobs
