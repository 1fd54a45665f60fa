#include "c_api/judge.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "c_api/call.h"
#include "c_api/options.h"
#include "gram/rank.h"
#include "gram/version.h"
#include "jobs/verdicts/value_text.h"

struct gram_verdicts {
  std::vector<gram_verdict> verdicts;
  std::vector<gram::Status> errors;  ///< whose messages the verdicts point to
};

struct gram_ranking {
  std::vector<gram_ranked> responses;
};

struct gram_tokens {
  std::vector<std::vector<int32_t>> lists;
};

namespace gram::c_api {
namespace {

std::string InfoOf(const EngineInfo& info) {
  return nlohmann::ordered_json{{"version", Version()},
                                {"model_path", info.model_path},
                                {"architecture", info.architecture},
                                {"gives_reward", info.gives_reward},
                                {"model_checksum", jobs::HexText(info.model_checksum)},
                                {"isa", info.isa},
                                {"library_kernel", info.library_kernel},
                                {"threads", info.threads},
                                {"threads_asked", info.threads_asked},
                                {"verified", info.verified},
                                {"max_tokens", info.max_tokens}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);  // a path may be no UTF-8
}

PairView ViewOf(const gram_pair& pair) {
  return {View(pair.question), View(pair.response1), View(pair.response2)};
}

gram_verdict ToC(const Verdict& verdict) {
  gram_verdict c{};
  c.message = "";
  c.is_reward = verdict.is_reward ? 1 : 0;
  c.score_response1 = verdict.score_response1;
  c.score_response2 = verdict.score_response2;
  c.response1_is_better = verdict.response1_is_better ? 1 : 0;
  c.margin = verdict.margin;
  c.order_gap = verdict.order_gap;
  c.orders_agree = verdict.orders_agree ? 1 : 0;
  for (size_t i = 0; i < 2; ++i) {
    c.logits[i][0] = verdict.orders[i].logit_a;
    c.logits[i][1] = verdict.orders[i].logit_b;
    c.tokens[i] = verdict.is_reward ? verdict.prompts[i].tokens : verdict.orders[i].tokens;
  }
  c.identical = verdict.notes.identical ? 1 : 0;
  c.truncated = verdict.notes.cut ? 1 : 0;
  c.flagged = verdict.notes.flags.empty() ? 0 : 1;
  return c;
}

std::unique_ptr<gram_verdicts> ToC(std::span<const Result<Verdict>> results) {
  auto c = std::make_unique<gram_verdicts>();
  c->errors.reserve(results.size());  // so that messages stay where they are
  for (const Result<Verdict>& result : results) {
    gram_verdict& verdict = c->verdicts.emplace_back();
    if (result.ok()) {
      verdict = ToC(*result);
      continue;
    }
    verdict.status = c_api::ToC(result.status().code());
    verdict.message = c->errors.emplace_back(result.status()).message().c_str();
  }
  return c;
}

// The error of all `results` where they have one for one reason that is no pair's own: the call's.
Status CommonFault(std::span<const Result<Verdict>> results) {
  if (results.empty() || results.front().ok()) return {};
  const Status& first = results.front().status();
  const bool of_the_call = first.code() == StatusCode::kCancelled ||
                           first.code() == StatusCode::kOutOfMemory ||
                           first.code() == StatusCode::kCorrupt || first.code() == StatusCode::kIo;
  if (!of_the_call) return {};
  for (const Result<Verdict>& result : results) {
    if (result.ok() || result.status().code() != first.code()) return {};
  }
  return first;
}

Result<std::unique_ptr<gram_verdicts>> Score(const gram_judge* judge, const gram_pair* pairs,
                                             size_t count, const ScoreOptions& options) {
  GRAM_RETURN_IF_ERROR(CheckJudge(judge));
  if (count > 0) GRAM_RETURN_IF_ERROR(NotNull(pairs, "pairs"));
  // Options that make no sense are told where there is no pair to tell it, too.
  GRAM_RETURN_IF_ERROR(judge->judge->Prompts(Pair{}, options).status());
  std::vector<PairView> views;
  for (size_t i = 0; i < count; ++i) views.push_back(ViewOf(pairs[i]));
  const std::vector<Result<Verdict>> results = judge->judge->Score(views, options);
  GRAM_RETURN_IF_ERROR(CommonFault(results));
  return ToC(results);
}

Result<std::unique_ptr<gram_ranking>> Rank(const gram_judge* judge, gram_text question,
                                           std::span<const gram_text> responses,
                                           const gram_options& options, const ScoreOptions& score) {
  GRAM_RETURN_IF_ERROR(CheckJudge(judge));
  RankTask task{std::string(View(question)), {}};
  for (const gram_text& response : responses) task.responses.emplace_back(View(response));
  GRAM_ASSIGN_OR_RETURN(const Ranking ranking, gram::Rank(*judge->judge, task.question,
                                                          task.responses, options.rank, score));
  auto c = std::make_unique<gram_ranking>();
  for (const RankedResponse& response : ranking.responses) {
    c->responses.push_back({response.rank, response.win_rate, response.wins, response.losses,
                            response.ties, response.strength, response.reward});
  }
  return c;
}

}  // namespace

Status CheckJudge(const gram_judge* judge) {
  GRAM_RETURN_IF_ERROR(NotNull(judge, "judge"));
  if (judge->owner == ::getpid()) return {};
  return InvalidArgument(
      "this judge belongs to the process that this one was forked from; open one here");
}

}  // namespace gram::c_api

using gram::c_api::Call;
using gram::c_api::NotNull;
using gram::c_api::View;

gram_status gram_judge_open(const char* path, const gram_options* options, gram_judge** judge) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(path, "path"));
    GRAM_RETURN_IF_ERROR(NotNull(judge, "judge"));
    GRAM_ASSIGN_OR_RETURN(gram::Judge opened,
                          gram::Judge::Open(path, gram::c_api::OrDefaults(options).engine));
    *judge = new gram_judge{std::make_shared<gram::Judge>(std::move(opened)), ::getpid()};
    return {};
  });
}

void gram_judge_close(gram_judge* judge) {
  if (judge == nullptr) return;
  // In a child process there are no threads to end, and ending them would wait for ever.
  if (judge->owner != ::getpid()) new std::shared_ptr<gram::Judge>(std::move(judge->judge));
  delete judge;
}

gram_status gram_judge_info(const gram_judge* judge, char** json) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(gram::c_api::CheckJudge(judge));
    GRAM_RETURN_IF_ERROR(NotNull(json, "json"));
    *json = gram::c_api::CopyOf(gram::c_api::InfoOf(judge->judge->info()));
    return {};
  });
}

gram_status gram_score(gram_judge* judge, const gram_pair* pairs, size_t count,
                       const gram_options* options, const gram_cancel* cancel,
                       gram_verdicts** verdicts) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(verdicts, "verdicts"));
    GRAM_ASSIGN_OR_RETURN(
        auto scored, gram::c_api::Score(judge, pairs, count, gram::c_api::Asking(options, cancel)));
    *verdicts = scored.release();
    return {};
  });
}

size_t gram_verdicts_count(const gram_verdicts* verdicts) {
  return verdicts == nullptr ? 0 : verdicts->verdicts.size();
}

const gram_verdict* gram_verdicts_at(const gram_verdicts* verdicts, size_t index) {
  return index < gram_verdicts_count(verdicts) ? &verdicts->verdicts[index] : nullptr;
}

void gram_verdicts_free(gram_verdicts* verdicts) { delete verdicts; }

gram_status gram_rank(gram_judge* judge, gram_text question, const gram_text* responses,
                      size_t count, const gram_options* options, const gram_cancel* cancel,
                      gram_ranking** ranking) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(ranking, "ranking"));
    if (count > 0) GRAM_RETURN_IF_ERROR(NotNull(responses, "responses"));
    GRAM_ASSIGN_OR_RETURN(auto ranked, gram::c_api::Rank(judge, question, {responses, count},
                                                         gram::c_api::OrDefaults(options),
                                                         gram::c_api::Asking(options, cancel)));
    *ranking = ranked.release();
    return {};
  });
}

size_t gram_ranking_count(const gram_ranking* ranking) {
  return ranking == nullptr ? 0 : ranking->responses.size();
}

const gram_ranked* gram_ranking_at(const gram_ranking* ranking, size_t index) {
  return index < gram_ranking_count(ranking) ? &ranking->responses[index] : nullptr;
}

void gram_ranking_free(gram_ranking* ranking) { delete ranking; }

gram_status gram_prompts(const gram_judge* judge, const gram_pair* pair,
                         const gram_options* options, gram_tokens** tokens) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(gram::c_api::CheckJudge(judge));
    GRAM_RETURN_IF_ERROR(NotNull(pair, "pair"));
    GRAM_RETURN_IF_ERROR(NotNull(tokens, "tokens"));
    GRAM_ASSIGN_OR_RETURN(
        auto prompts,
        judge->judge->Prompts(gram::c_api::ViewOf(*pair), gram::c_api::Asking(options, nullptr)));
    *tokens = new gram_tokens{{std::move(prompts[0]), std::move(prompts[1])}};
    return {};
  });
}

gram_status gram_tokenize(const gram_judge* judge, gram_text text, const gram_options* options,
                          gram_tokens** tokens) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(gram::c_api::CheckJudge(judge));
    GRAM_RETURN_IF_ERROR(NotNull(tokens, "tokens"));
    const bool special = gram::c_api::OrDefaults(options).score.parse_special;
    GRAM_ASSIGN_OR_RETURN(auto ids, judge->judge->Tokenize(View(text), special));
    *tokens = new gram_tokens{{std::move(ids)}};
    return {};
  });
}

const int32_t* gram_tokens_list(const gram_tokens* tokens, size_t list, size_t* count) {
  const bool there = tokens != nullptr && list < tokens->lists.size();
  if (count != nullptr) *count = there ? tokens->lists[list].size() : 0;
  return there ? tokens->lists[list].data() : nullptr;
}

void gram_tokens_free(gram_tokens* tokens) { delete tokens; }
