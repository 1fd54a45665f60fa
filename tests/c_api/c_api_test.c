/* The C interface from C11: what its header says is what a C compiler reads. */
#include "gram/c_api.h"

#include <stdio.h>

static int failures = 0;

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                     \
    }                                                                 \
  } while (0)

static void score(gram_judge* judge) {
  const gram_pair pairs[2] = {
      {gram_text_of("What is 2 + 2?"), gram_text_of("4"), gram_text_of("5")},
      {gram_text_of("q"), gram_text_of("\xff"), gram_text_of("b")},
  };
  gram_verdicts* verdicts = NULL;
  const gram_verdict* verdict = NULL;
  CHECK(gram_score(judge, pairs, 2, NULL, NULL, &verdicts) == GRAM_OK);
  CHECK(gram_verdicts_count(verdicts) == 2);
  verdict = gram_verdicts_at(verdicts, 0);
  CHECK(verdict != NULL && verdict->status == GRAM_OK && verdict->response1_is_better);
  CHECK(verdict->score_response1 > 0.5 && verdict->message[0] == '\0');
  verdict = gram_verdicts_at(verdicts, 1);
  CHECK(verdict != NULL && verdict->status == GRAM_INVALID_UTF8 && verdict->message[0] != '\0');
  CHECK(gram_verdicts_at(verdicts, 2) == NULL);
  gram_verdicts_free(verdicts);
}

static void refuse(gram_judge* judge) {
  gram_options* options = gram_options_new();
  gram_verdicts* verdicts = NULL;
  CHECK(gram_options_set(options, "protocoll", "card") == GRAM_INVALID_ARGUMENT);
  CHECK(strstr(gram_last_error(), "protocoll") != NULL);
  CHECK(gram_options_set(options, "protocol", "reward") == GRAM_OK);
  CHECK(gram_score(judge, NULL, 0, options, NULL, &verdicts) == GRAM_INVALID_ARGUMENT);
  CHECK(gram_score(NULL, NULL, 0, NULL, NULL, &verdicts) == GRAM_INVALID_ARGUMENT);
  CHECK(verdicts == NULL);
  gram_options_free(options);
}

static void answer_lines(gram_judge* judge) {
  char* lines = NULL;
  const char* rows =
      "{\"id\":7,\"prompt\":\"What is 2 + 2?\",\"chosen\":\"4\",\"rejected\":\"5\"}\n";
  CHECK(gram_score_lines(judge, gram_text_of(rows), NULL, NULL, &lines) == GRAM_OK);
  CHECK(strncmp(lines, "{\"id\":7,\"score_response1\":0.", 28) == 0);
  gram_free(lines);
}

int main(int argc, char** argv) {
  gram_judge* judge = NULL;
  if (argc != 2) return 2;
  CHECK(gram_abi_version() == GRAM_ABI_VERSION);
  CHECK(gram_judge_open("/nowhere.gram", NULL, &judge) == GRAM_NOT_FOUND && judge == NULL);
  CHECK(gram_judge_open(argv[1], NULL, &judge) == GRAM_OK);
  if (judge == NULL) return 1;
  score(judge);
  refuse(judge);
  answer_lines(judge);
  gram_judge_close(judge);
  gram_judge_close(NULL);
  return failures == 0 ? 0 : 1;
}
