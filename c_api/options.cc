#include "c_api/options.h"

#include <charconv>
#include <limits>
#include <new>
#include <string>
#include <string_view>

#include "c_api/call.h"
#include "gram/judge.h"
#include "gram/option_names.h"

namespace gram::c_api {
namespace {

using Options = gram_options;
using Name = std::string_view;
using Value = std::string_view;

constexpr size_t kNoLimit = std::numeric_limits<int64_t>::max();

Status Bad(Name name, Value value, const std::string& expected) {
  return InvalidArgument("option " + std::string(name) + " is \"" + std::string(value) +
                         "\"; expected " + expected);
}

Status SetNumber(Name name, Value value, size_t most, size_t& number) {
  size_t read = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (!whole || read > most) {
    return Bad(name, value, "a whole number up to " + std::to_string(most));
  }
  number = read;
  return {};
}

// A text that is not given is not set: an empty one would be taken for that in silence.
Status SetText(Name name, Value value, const std::string& expected, std::string& text) {
  if (value.empty()) return Bad(name, value, expected + "; leave the option out for the default");
  text = value;
  return {};
}

Status SetBool(Name name, Value value, bool& flag) {
  if (value != "true" && value != "false") return Bad(name, value, "true or false");
  flag = value == "true";
  return {};
}

// One of several names, each of which stands for a value.
template <typename T, size_t n>
Status SetChoice(Name name, Value value, const Named<T> (&choices)[n], T& chosen) {
  if (const auto meant = ValueCalled(choices, value)) {
    chosen = *meant;
    return {};
  }
  std::string names;
  for (const Named<T>& each : choices)
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  return Bad(name, value, "one of " + names);
}

Status SetThreads(Options& options, Name name, Value value) {
  size_t threads = 0;
  GRAM_RETURN_IF_ERROR(SetNumber(name, value, 1024, threads));
  options.engine.threads = static_cast<int>(threads);
  return {};
}

Status SetFirstRow(Options& options, Name name, Value value) {
  size_t row = 0;
  GRAM_RETURN_IF_ERROR(SetNumber(name, value, kNoLimit, row));
  options.first_row = static_cast<int64_t>(row);
  return {};
}

Status SetLabels(Options& options, Name name, Value value) {
  const auto labels = ParseLabels(value);
  if (!labels) return Bad(name, value, "two different tokens: A,B");
  options.score.labels = *labels;
  return {};
}

Status SetIgnored(Options& options, Name, Value value) {
  options.rows.ignored.clear();
  for (const std::string_view field : jobs::SplitNames(value, ',')) {
    if (!field.empty()) options.rows.ignored.emplace(field);
  }
  return {};
}

Status SetMap(Options& options, Name, Value value) {
  GRAM_ASSIGN_OR_RETURN(options.rows.fields, jobs::ParseFieldMap(value));
  return {};
}

// An option's name, and what sets it.
struct Option {
  Name name;
  Status (*set)(Options& o, Name n, Value v);
};

constexpr Option kOptions[] = {
    {"threads", SetThreads},
    {"isa", [](Options& o, Name n, Value v) { return SetText(n, v, "a backend", o.engine.isa); }},
    {"share-prefixes",
     [](Options& o, Name n, Value v) { return SetBool(n, v, o.engine.share_prefixes); }},
    {"batch-tokens",
     [](Options& o, Name n, Value v) { return SetNumber(n, v, kNoLimit, o.engine.batch_tokens); }},
    {"verify", [](Options& o, Name n, Value v) { return SetBool(n, v, o.engine.verify); }},
    {"protocol",
     [](Options& o, Name n, Value v) { return SetChoice(n, v, kProtocolNames, o.score.protocol); }},
    {"scoring",
     [](Options& o, Name n, Value v) { return SetChoice(n, v, kScoringNames, o.score.scoring); }},
    {"prompt",
     [](Options& o, Name n, Value v) { return SetText(n, v, "a prompt", o.score.prompt); }},
    {"labels", SetLabels},
    {"bos", [](Options& o, Name n, Value v) { return SetChoice(n, v, kBosNames, o.score.bos); }},
    {"date", [](Options& o, Name n, Value v) { return SetText(n, v, "a date", o.score.date); }},
    {"parse-special",
     [](Options& o, Name n, Value v) { return SetBool(n, v, o.score.parse_special); }},
    {"max-tokens",
     [](Options& o, Name n, Value v) { return SetNumber(n, v, kNoLimit, o.score.max_tokens); }},
    {"truncate",
     [](Options& o, Name n, Value v) { return SetChoice(n, v, kTruncateNames, o.score.truncate); }},
    {"format",
     [](Options& o, Name n, Value v) { return SetText(n, v, "a format", o.rows.format); }},
    {"map", SetMap},
    {"ignore", SetIgnored},
    {"turns",
     [](Options& o, Name n, Value v) { return SetChoice(n, v, jobs::kTurnsNames, o.rows.turns); }},
    {"line", [](Options& o, Name n, Value v) { return SetBool(n, v, o.line); }},
    {"first-row", SetFirstRow},
    {"method",
     [](Options& o, Name n, Value v) { return SetChoice(n, v, kRankMethodNames, o.rank.method); }},
    {"round-robin-limit",
     [](Options& o, Name n, Value v) {
       return SetNumber(n, v, kNoLimit, o.rank.round_robin_limit);
     }},
    {"dtype", [](Options& o, Name n,
                 Value v) { return SetChoice(n, v, convert::kDTypeNames, o.convert.dtype); }},
    {"readout", [](Options& o, Name n,
                   Value v) { return SetText(n, v, "token:T or token:T,U", o.convert.readout); }},
    {"ignore-adapter",
     [](Options& o, Name n, Value v) { return SetBool(n, v, o.convert.ignore_adapter); }},
};

Status Set(Options& options, Name name, Value value) {
  std::string names;
  for (const Option& option : kOptions) {
    if (option.name == name) return option.set(options, name, value);
    names += (names.empty() ? "" : ", ") + std::string(option.name);
  }
  return InvalidArgument("there is no option \"" + std::string(name) + "\"; there are " + names);
}

}  // namespace

const gram_options& OrDefaults(const gram_options* options) {
  static const gram_options defaults;
  return options == nullptr ? defaults : *options;
}

ScoreOptions Asking(const gram_options* options, const gram_cancel* cancel) {
  ScoreOptions score = OrDefaults(options).score;
  score.cancel = cancel == nullptr ? nullptr : cancel->flag.get();
  return score;
}

}  // namespace gram::c_api

gram_options* gram_options_new(void) { return new (std::nothrow) gram_options(); }

void gram_options_free(gram_options* options) { delete options; }

gram_status gram_options_set(gram_options* options, const char* name, const char* value) {
  return gram::c_api::Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(gram::c_api::NotNull(options, "options"));
    GRAM_RETURN_IF_ERROR(gram::c_api::NotNull(name, "name"));
    GRAM_RETURN_IF_ERROR(gram::c_api::NotNull(value, "value"));
    return gram::c_api::Set(*options, name, value);
  });
}

gram_cancel* gram_cancel_new(void) {
  try {
    return new gram_cancel();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void gram_cancel_free(gram_cancel* cancel) { delete cancel; }

void gram_cancel_set(gram_cancel* cancel) {
  if (cancel != nullptr) *cancel->flag = true;
}
