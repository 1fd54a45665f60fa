#include "jobs/verdicts/totals.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "jobs/io/json_line.h"

namespace gram::jobs {
namespace {

// A sum stays at the largest number rather than wrap around.
void AddTo(int64_t& sum, int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum)) sum = INT64_MAX;
}

// The number that a field holds, where T can: a line may hold any, and only those that this
// program wrote are counted.
template <typename T>
std::optional<T> Number(const JsonField* field) {
  if (field == nullptr || field->type != JsonType::kNumber) return std::nullopt;
  T value{};
  const char* const end = field->raw.data() + field->raw.size();
  const auto [rest, error] = std::from_chars(field->raw.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

// A count: nothing that is counted is below 0.
std::optional<int64_t> Count(const JsonField* field) {
  const auto value = Number<int64_t>(field);
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<bool> Truth(const JsonField* field) {
  if (field == nullptr || field->type != JsonType::kBool) return std::nullopt;
  return field->raw == "true";
}

bool IsText(const JsonField* field, std::string_view text) {
  return field != nullptr && field->type == JsonType::kString && field->text == text;
}

}  // namespace

struct LineTally::Impl {
  JsonLine Open(const JsonLine& line, std::string_view name) {
    const JsonField* field = line.Find(name);
    return field != nullptr ? parser.Open(*field) : JsonLine();
  }

  std::optional<std::string> ErrorCode(const JsonLine& line);
  void AddLabel(const JsonLine& verdict, Totals& totals);
  void AddOrders(const JsonLine& verdict, Totals& totals);
  void AddVerdict(const JsonLine& verdict, Totals& totals);
  void AddRanking(const JsonLine& ranking, int64_t comparisons, Totals& totals);
  void AddOwn(const JsonLine& line, Totals& totals);
  void AddLabelled(const JsonLine& line, const char* chosen, const char* rejected, Totals& totals);
  void AddJudgments(const JsonLine& line, Totals& totals);
  void AddResult(const JsonLine& line, Totals& totals);

  std::string schema;
  std::string text = {};
  JsonLineParser parser = {};
};

// The code of an error line. Members and their order are checked: a result line may hold a member
// "error" of its row's own.
std::optional<std::string> LineTally::Impl::ErrorCode(const JsonLine& line) {
  const std::vector<JsonField>& fields = line.fields;
  if (fields.size() != 3 || fields[0].name != "id" || fields[1].name != "row" ||
      fields[2].name != "error") {
    return std::nullopt;
  }
  const JsonLine error = parser.Open(fields[2]);
  const JsonField* code = error.Find("code");
  if (code == nullptr || code->type != JsonType::kString) return std::nullopt;
  return code->text;
}

void LineTally::Impl::AddLabel(const JsonLine& verdict, Totals& totals) {
  totals.label_ties += IsText(verdict.Find("label"), "tie") ? 1 : 0;
  const std::optional<bool> correct = Truth(verdict.Find("correct"));
  if (!correct) return;
  ++totals.labelled;
  totals.correct += *correct ? 1 : 0;
}

void LineTally::Impl::AddOrders(const JsonLine& verdict, Totals& totals) {
  if (const auto agree = Truth(verdict.Find("orders_agree"))) {
    ++(*agree ? totals.orders_agree : totals.orders_disagree);
  }
  if (const auto gap = Number<double>(verdict.Find("order_gap"))) {
    ++totals.order_gaps;
    totals.order_gap_sum += *gap;
  }
  for (const JsonField& order : Open(verdict, "orders").fields) {
    AddTo(totals.tokens, Count(parser.Open(order).Find("tokens")).value_or(0));
  }
}

// A verdict as gram-cpu writes it.
void LineTally::Impl::AddVerdict(const JsonLine& verdict, Totals& totals) {
  const auto first = Number<double>(verdict.Find("score_response1"));
  const auto second = Number<double>(verdict.Find("score_response2"));
  totals.undecided += first && second && *first == *second ? 1 : 0;
  AddLabel(verdict, totals);
  AddOrders(verdict, totals);
}

// A ranking: its label is right or wrong as a whole, its orders are counted already.
void LineTally::Impl::AddRanking(const JsonLine& ranking, int64_t comparisons, Totals& totals) {
  AddLabel(ranking, totals);
  const auto disagree = Count(ranking.Find("orders_disagree"));
  if (disagree && *disagree <= comparisons) {
    AddTo(totals.orders_disagree, *disagree);
    AddTo(totals.orders_agree, comparisons - *disagree);
  }
  AddTo(totals.tokens, Count(ranking.Find("tokens")).value_or(0));
}

void LineTally::Impl::AddOwn(const JsonLine& line, Totals& totals) {
  for (const JsonField& part : Open(line, "not_understood").fields) {
    AddTo(totals.not_understood[part.name], 1);
  }
  if (const auto used = Count(line.Find("comparisons_used"))) {
    return AddRanking(line, *used, totals);
  }
  const JsonField* comparisons = line.Find("comparisons");
  if (comparisons == nullptr || comparisons->type != JsonType::kArray) {
    return AddVerdict(line, totals);
  }
  for (const JsonField& comparison : parser.Open(*comparisons).fields) {
    if (comparison.type == JsonType::kObject) AddVerdict(parser.Open(comparison), totals);
  }
}

// The scores of a labelled pair, or lists of them, under these names.
void LineTally::Impl::AddLabelled(const JsonLine& line, const char* chosen_name,
                                  const char* rejected_name, Totals& totals) {
  const auto add = [&](const JsonField* chosen, const JsonField* rejected) {
    const auto first = Number<double>(chosen);
    const auto second = Number<double>(rejected);
    if (!first || !second) return;
    totals.undecided += *first == *second ? 1 : 0;
    ++totals.labelled;
    totals.correct += *first > *second ? 1 : 0;
  };
  add(line.Find(chosen_name), line.Find(rejected_name));
  const JsonLine chosen = Open(line, chosen_name);
  const JsonLine rejected = Open(line, rejected_name);
  for (size_t i = 0; i < std::min(chosen.fields.size(), rejected.fields.size()); ++i) {
    add(&chosen.fields[i], &rejected.fields[i]);
  }
}

// JudgeBench's two judgments: the answers have changed places in the second.
void LineTally::Impl::AddJudgments(const JsonLine& line, Totals& totals) {
  std::vector<std::string> decisions;
  for (const JsonField& judgment : Open(line, "judgments").fields) {
    const JsonLine members = parser.Open(judgment);
    const JsonField* decision = members.Find("decision");
    if (decision == nullptr || decision->type != JsonType::kString) return;
    decisions.push_back(decision->text);
  }
  if (decisions.size() < 2) return;
  const bool first_tie = decisions[0] == "A=B";
  const bool second_tie = decisions[1] == "A=B";
  const bool agree = first_tie ? second_tie : !second_tie && decisions[0] != decisions[1];
  ++(agree ? totals.orders_agree : totals.orders_disagree);
}

// The row's own members come with some schemas: only what the schema adds is looked at.
void LineTally::Impl::AddResult(const JsonLine& line, Totals& totals) {
  if (schema == "gram") {
    AddLabelled(line, "score_chosen", "score_rejected", totals);
  } else if (schema == "rewardbench") {
    AddLabelled(line, "scores_chosen", "scores_rejected", totals);
  } else if (schema == "judgebench") {
    AddJudgments(line, totals);
  } else {
    AddOwn(line, totals);
  }
}

int64_t Totals::failed_rows() const {
  return std::accumulate(failed.begin(), failed.end(), int64_t{0},
                         [](int64_t sum, const auto& code) { return sum + code.second; });
}

LineTally::LineTally(std::string_view schema) : impl_(new Impl{std::string(schema)}) {}
LineTally::~LineTally() = default;

LineKind LineTally::Add(std::string_view line, Totals& totals) {
  impl_->text.assign(line);
  const JsonLine parsed = impl_->parser.Parse(impl_->text);
  // What is JSON but not to the taste of the reader of rows is a line all the same.
  const std::string code = parsed.error ? parsed.error->code : "";
  if (code == "invalid_json" || code == "invalid_utf8" || code == "wrong_type") {
    return LineKind::kDamaged;
  }
  AddTo(totals.rows, 1);
  if (const auto error = impl_->ErrorCode(parsed)) {
    ++totals.failed[*error];
    return LineKind::kError;
  }
  impl_->AddResult(parsed, totals);
  return LineKind::kResult;
}

}  // namespace gram::jobs
