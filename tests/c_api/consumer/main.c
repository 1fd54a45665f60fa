#include <gram/c_api.h>
#include <stdio.h>

int main(int argc, char** argv) {
  gram_judge* judge = NULL;
  gram_pair pair;
  gram_verdicts* verdicts = NULL;
  if (argc != 2 || gram_judge_open(argv[1], NULL, &judge) != GRAM_OK) {
    fprintf(stderr, "%s\n", gram_last_error());
    return 1;
  }
  pair.question = gram_text_of("What is 2 + 2?");
  pair.response1 = gram_text_of("4");
  pair.response2 = gram_text_of("5");
  if (gram_score(judge, &pair, 1, NULL, NULL, &verdicts) != GRAM_OK) {
    fprintf(stderr, "%s\n", gram_last_error());
    return 1;
  }
  printf("%.3f\n", gram_verdicts_at(verdicts, 0)->score_response1);
  gram_verdicts_free(verdicts);
  gram_judge_close(judge);
  return 0;
}
