// `gram-cpu tokenize`: texts in, token ids out, a line each.
#include <memory>

#include "cli/command.h"
#include "cli/demo_model.h"
#include "engine/base/status.h"
#include "engine/format/reader.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/io/json_line.h"
#include "jobs/io/row_source.h"
#include "jobs/verdicts/output_row.h"
#include "tokenizer/tokenizer.h"

namespace gram::cli {
namespace {

using tokenizer::Tokenizer;

constexpr size_t kFlushBytes = size_t{1} << 20;
constexpr const char* kExamples =
    "  gram-cpu tokenize --tokenizer HF_DIR --input texts.jsonl > ids.jsonl\n"
    "  echo '{\"text\":\"hello\"}' | gram-cpu tokenize --model M.gram --plain\n\n"
    "A line of input holds {\"text\":...}, a line of output {\"ids\":[...]}; a line that has no\n"
    "ids gives {\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n";

struct TokenizeOptions {
  std::string model;
  std::string tokenizer;
  std::string input = "-";
  bool plain = false;
};

Result<Tokenizer> LoadTokenizer(const TokenizeOptions& options) {
  if (options.model.empty()) return Tokenizer::FromFolder(options.tokenizer);
  GRAM_ASSIGN_OR_RETURN(const std::string model, ModelOrDemo(options.model));
  GRAM_ASSIGN_OR_RETURN(const format::PackedFile file, format::PackedFile::Open(model));
  return Tokenizer::Deserialize(file.tokenizer_bytes(), model);
}

// The ids of the line's "text", or why there are none.
struct Ids {
  std::vector<tokenizer::TokenId> ids;
  std::optional<jobs::RowError> error;
};

Ids TokenizeLine(const jobs::JsonLine& line, const Tokenizer& tokenizer, bool plain) {
  if (line.error) return {{}, line.error};
  const jobs::JsonField* text = line.Find("text");
  if (text == nullptr) return {{}, jobs::RowError{"missing_field", "no field \"text\""}};
  if (text->type != jobs::JsonType::kString) {
    return {{},
            jobs::RowError{"wrong_type", "field \"text\" is " +
                                             std::string(jobs::JsonTypeName(text->type)) +
                                             "; expected a string"}};
  }
  auto ids = plain ? tokenizer.EncodePlain(text->text) : tokenizer.Encode(text->text);
  if (!ids.ok()) {
    return {
        {},
        jobs::RowError{std::string(StatusCodeName(ids.status().code())), ids.status().message()}};
  }
  return {std::move(ids).value(), std::nullopt};
}

struct TokenizeCount {
  int64_t rows = 0;
  int64_t failed = 0;
};

Result<TokenizeCount> TokenizeLines(const TokenizeOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const Tokenizer tokenizer, LoadTokenizer(options));
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource input, jobs::RowSource::Open({options.input}));
  GRAM_ASSIGN_OR_RETURN(jobs::OutputFile output, jobs::OutputFile::Open("-", false, -1));
  jobs::JsonLineParser parser;
  TokenizeCount count;
  jobs::RawRow row;
  std::string text;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, input.Next(row));
    if (!more) break;
    ++count.rows;
    const Ids ids = row.error ? Ids{{}, row.error}
                              : TokenizeLine(parser.Parse(row.text), tokenizer, options.plain);
    if (ids.error) ++count.failed;
    text += ids.error ? jobs::ErrorLine(count.rows, *ids.error) : jobs::IdsLine(ids.ids);
    if (text.size() < kFlushBytes && input.Ready()) continue;
    GRAM_RETURN_IF_ERROR(output.Write(text));
    text.clear();
  }
  GRAM_RETURN_IF_ERROR(output.Write(text));
  GRAM_RETURN_IF_ERROR(output.Close());
  return count;
}

int RunTokenize(const TokenizeOptions& options) {
  if (options.model.empty() == options.tokenizer.empty()) {
    return FailUsage("tokenize", "give --model M.gram or --tokenizer HF_DIR, one of the two");
  }
  const Result<TokenizeCount> count = TokenizeLines(options);
  if (!count.ok()) return Fail(count.status());
  if (count->failed == 0) return kExitOk;
  Say(jobs::Grouped(count->failed) + " of " + jobs::Counted(count->rows, "row") +
      (count->failed == 1 ? " has no ids; its line holds" : " have no ids; their lines hold") +
      " an error object");
  return kExitRowErrors;
}

}  // namespace

Command AddTokenize(CLI::App& root) {
  auto options = std::make_shared<TokenizeOptions>();
  CLI::App* app = AddVerb(root, "tokenize", "turn texts into token ids", kExamples);
  app->add_option("--model", options->model, "packed model whose tokenizer to use")
      ->type_name("M.gram");
  app->add_option("--tokenizer", options->tokenizer, "folder that holds a tokenizer.json")
      ->type_name("DIR");
  app->add_option("FILE,--input", options->input,
                  "a JSON object a line (default -, standard input)")
      ->type_name("FILE|-");
  app->add_flag("--plain", options->plain,
                "text is data: control tokens in it are spelled out (default: they are parsed)");
  return {app, [options] { return RunTokenize(*options); }};
}

}  // namespace gram::cli
