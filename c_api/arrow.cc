// Tables by the Arrow C data interface.
#include <string>

#include "c_api/call.h"
#include "c_api/judge.h"
#include "c_api/options.h"
#include "jobs/arrow/verdict_stream.h"

using gram::c_api::Call;
using gram::c_api::NotNull;

namespace {

// Whatever becomes of a call, the stream was handed over.
struct Release {
  ArrowArrayStream* stream;
  ~Release() {
    if (stream != nullptr && stream->release != nullptr) stream->release(stream);
  }
};

}  // namespace

gram_status gram_score_stream(gram_judge* judge, struct ArrowArrayStream* in,
                              const gram_options* options, const gram_cancel* cancel,
                              struct ArrowArrayStream* out) {
  const Release taken{in};
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(gram::c_api::CheckJudge(judge));
    GRAM_RETURN_IF_ERROR(NotNull(in, "in"));
    GRAM_RETURN_IF_ERROR(NotNull(out, "out"));
    if (in->release == nullptr) return gram::InvalidArgument("the stream of rows was released");
    const gram_options& given = gram::c_api::OrDefaults(options);
    const auto flag = cancel == nullptr ? nullptr : cancel->flag;
    const gram::ScoreOptions score = gram::c_api::Asking(options, cancel);
    GRAM_RETURN_IF_ERROR(judge->judge->Prompts(gram::Pair{}, score).status());
    return gram::jobs::OpenVerdictStream(
        judge->judge, in, {given.rows, score, given.line, given.first_row, flag}, out);
  });
}

gram_status gram_recognise(const struct ArrowSchema* schema, const struct ArrowArray* rows,
                           const gram_options* options, char** json) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(schema, "schema"));
    GRAM_RETURN_IF_ERROR(NotNull(rows, "rows"));
    GRAM_RETURN_IF_ERROR(NotNull(json, "json"));
    GRAM_ASSIGN_OR_RETURN(
        const std::string text,
        gram::jobs::RecogniseColumns(*schema, *rows, gram::c_api::OrDefaults(options).rows));
    *json = gram::c_api::CopyOf(text);
    return {};
  });
}
