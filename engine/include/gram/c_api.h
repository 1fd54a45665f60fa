/* The C interface: judge pairs of answers from C, or from any language that can call it.
 *
 *   gram_judge* judge = NULL;
 *   if (gram_judge_open("model.gram", NULL, &judge) != GRAM_OK) return fail(gram_last_error());
 *   gram_pair pair = {gram_text_of("What is 2+2?"), gram_text_of("4"), gram_text_of("5")};
 *   gram_verdicts* verdicts = NULL;
 *   if (gram_score(judge, &pair, 1, NULL, NULL, &verdicts) != GRAM_OK) ...
 *   printf("%f\n", gram_verdicts_at(verdicts, 0)->score_response1);
 *   gram_verdicts_free(verdicts);
 *   gram_judge_close(judge);
 *
 * Functions that can fail return a gram_status; what went wrong is then in gram_last_error(). No
 * exception leaves the library and nothing is printed. Texts are UTF-8. A pointer for a result is
 * written to only where the call succeeds. `options` and `cancel` may be NULL everywhere.
 *
 * Threads: any function may be called from any thread. One judge may be used from several threads
 * at once: their calls run one after the other, each on all threads of the judge. Options may be
 * read by several threads, but not changed meanwhile. After fork() a judge belongs to the parent:
 * in the child every call with it fails (GRAM_INVALID_ARGUMENT), but gram_judge_close; so it is of
 * a stream of verdicts, whose get_next is EINVAL there and whose release is fine.
 *
 * ABI: GRAM_ABI_VERSION is raised when programs have to be compiled anew. Structures that the
 * library hands out may grow at their end. */
#ifndef GRAM_C_API_H_
#define GRAM_C_API_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gram/export.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GRAM_ABI_VERSION 1

/* What kind of failure; values are stable. */
typedef enum gram_status {
  GRAM_OK = 0,
  GRAM_INVALID_ARGUMENT = 1, /* an option or argument makes no sense */
  GRAM_NOT_FOUND = 2,        /* a file, tensor or field that has to be there is not */
  GRAM_IO = 3,               /* the operating system refused a read, write or mapping */
  GRAM_CORRUPT = 4,          /* a file contradicts itself */
  GRAM_UNSUPPORTED = 5,      /* well-formed, but something that this build does not do */
  GRAM_INVALID_UTF8 = 6,     /* a text is not UTF-8 */
  GRAM_TOO_LONG = 7,         /* a prompt has more tokens than the model's context */
  GRAM_CANCELLED = 8,        /* gram_cancel_set */
  GRAM_OUT_OF_MEMORY = 9,    /* the system gave no more memory */
  GRAM_INTERNAL = 10         /* a fault of the library; worth a report */
} gram_status;

/* GRAM_ABI_VERSION of the library in use. */
GRAM_API int gram_abi_version(void);

/* "MAJOR.MINOR.PATCH" of the library in use; static. */
GRAM_API const char* gram_version(void);

/* "invalid_utf8" and the like; static. */
GRAM_API const char* gram_status_name(gram_status status);

/* One line on the failed call that this thread made last: what, where, what to do. "" where none
 * has failed. Good until the thread's next call of this library. */
GRAM_API const char* gram_last_error(void);

/* Frees a text that a function has returned through a char**; NULL is fine. */
GRAM_API void gram_free(char* text);

/* A text; it need not end in NUL. */
typedef struct gram_text {
  const char* data;
  size_t size; /* bytes */
} gram_text;

static inline gram_text gram_text_of(const char* text) {
  gram_text view;
  view.data = text;
  view.size = text == NULL ? 0 : strlen(text);
  return view;
}

/* ---- Options ------------------------------------------------------------------------------- */

/* What a caller can choose, by name, as the command line's flags of the same names (docs/c.md has
 * the table):
 *   of an engine   threads, isa, share-prefixes, batch-tokens, verify
 *   of what is asked   protocol, scoring, prompt (the text), labels, bos, date, parse-special,
 *                  max-tokens, truncate
 *   of rows        format, map, ignore, turns; of a table, too: line (a last column that holds the
 *                  line that `gram-cpu score` writes), first-row (number of the first row)
 *   of a ranking   method, round-robin-limit
 *   of convert     dtype, readout, ignore-adapter
 * A function reads those that concern it and passes over the others. */
typedef struct gram_options gram_options;

/* NULL where there is no memory. */
GRAM_API gram_options* gram_options_new(void);
GRAM_API void gram_options_free(gram_options* options);

/* Sets an option; the last value counts. Yes and no are "true" and "false". GRAM_INVALID_ARGUMENT:
 * no option has that name, or it cannot have that value; a text cannot be empty. */
GRAM_API gram_status gram_options_set(gram_options* options, const char* name, const char* value);

/* ---- Cancelling ---------------------------------------------------------------------------- */

/* A flag that stops the calls that it is given to, soon after it is set. */
typedef struct gram_cancel gram_cancel;

/* NULL where there is no memory. */
GRAM_API gram_cancel* gram_cancel_new(void);
/* No call that has it may be running; streams keep what they need of it. */
GRAM_API void gram_cancel_free(gram_cancel* cancel);
/* From any thread, or from a signal handler. */
GRAM_API void gram_cancel_set(gram_cancel* cancel);

/* ---- A judge ------------------------------------------------------------------------------- */

/* A model and the threads to run it. */
typedef struct gram_judge gram_judge;

/* Opens a packed model (made by gram_convert or `gram-cpu convert`). Its weights are mapped:
 * processes that open one file share its memory. */
GRAM_API gram_status gram_judge_open(const char* path, const gram_options* options,
                                     gram_judge** judge);

/* No call with it may be running. NULL is fine. What came of the judge, streams included, stays
 * good. */
GRAM_API void gram_judge_close(gram_judge* judge);

/* What the engine is made of, as one JSON object: model_path, architecture, gives_reward,
 * model_checksum (16 hex digits), isa, library_kernel, threads, threads_asked, verified,
 * max_tokens, version. */
GRAM_API gram_status gram_judge_info(const gram_judge* judge, char** json);

/* ---- Pairs in memory ----------------------------------------------------------------------- */

/* One question and two answers to it. Any of them may be empty. */
typedef struct gram_pair {
  gram_text question;
  gram_text response1;
  gram_text response2;
} gram_pair;

/* One pair's result; the fields are those of docs/cli.md. */
typedef struct gram_verdict {
  gram_status
      status; /* GRAM_OK, or why the pair has no score: then only `message` means anything */
  const char* message; /* one line; "" where there is a score */
  int is_reward;       /* a reward model's: no logits, order_gap, orders_agree */
  double score_response1;
  double score_response2;
  int response1_is_better;
  double margin;
  double order_gap;
  int orders_agree;
  float logits[2][2]; /* [0]: response 1 in slot A, [1]: response 2 there; of the labels A, B */
  int tokens[2];      /* lengths of the two prompts */
  int identical;      /* both responses are one text as shown */
  int truncated;      /* a response was shortened, as the option truncate allows */
  int flagged;        /* a text holds what could pass for a control token or a part of the prompt */
} gram_verdict;

typedef struct gram_verdicts gram_verdicts;

/* Scores `count` pairs. A pair that cannot be scored has its own status, and the others are scored
 * all the same; where all have one for one reason (an option, the model's file, cancelled, no
 * memory) the call itself fails with it. A score has the same bits whatever else is in the call.
 * Texts are read in place and not kept. */
GRAM_API gram_status gram_score(gram_judge* judge, const gram_pair* pairs, size_t count,
                                const gram_options* options, const gram_cancel* cancel,
                                gram_verdicts** verdicts);

GRAM_API size_t gram_verdicts_count(const gram_verdicts* verdicts);
/* NULL where there is no such verdict. Lives as long as `verdicts`. */
GRAM_API const gram_verdict* gram_verdicts_at(const gram_verdicts* verdicts, size_t index);
GRAM_API void gram_verdicts_free(gram_verdicts* verdicts);

/* ---- Rows of JSON, in any format that `gram-cpu score` reads --------------------------------- */

/* Rows in, result lines out: `rows` is JSONL or one JSON array; `lines` gets what `gram-cpu score`
 * would write for it, a line a row. Fails where no line can be written, as the command does. */
GRAM_API gram_status gram_score_lines(gram_judge* judge, gram_text rows,
                                      const gram_options* options, const gram_cancel* cancel,
                                      char** lines);

/* The same of `gram-cpu rank`: rows of a question and any number of answers. */
GRAM_API gram_status gram_rank_lines(gram_judge* judge, gram_text rows, const gram_options* options,
                                     const gram_cancel* cancel, char** lines);

/* ---- Arrow ---------------------------------------------------------------------------------- */

/* The Arrow C data interface: https://arrow.apache.org/docs/format/CDataInterface.html and
 * CStreamInterface.html. The guards are the ones that all implementations share. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* Scores a stream of batches (struct arrays) whose columns are in any format that `gram-cpu score`
 * reads: question, response1, response2; chosen and rejected, as texts or as lists of messages; and
 * so on (docs/inputs.md). The format is told from the first 100 rows, unless the options name one.
 * Texts of string columns are read where they lie, without a copy.
 *
 * `out` becomes a stream of as many batches, of as many rows, in the same order, whose columns are
 * the verdicts' (docs/c.md). A batch is computed when it is asked for. A row that has no verdict
 * has error_code and error_message and null in the other columns. What get_schema and get_next fail
 * with tells the status: ECANCELED, ENOMEM, EINVAL, EOPNOTSUPP (unsupported), ENOENT (not found),
 * EBADMSG (corrupt), EILSEQ (UTF-8), EMSGSIZE (too long), EPROTO (internal), else EIO;
 * get_last_error has the line.
 *
 * Takes `in` over, success or not: its release is NULL afterwards. `out` holds what it needs of
 * judge, options, cancel and `in`. */
GRAM_API gram_status gram_score_stream(gram_judge* judge, struct ArrowArrayStream* in,
                                       const gram_options* options, const gram_cancel* cancel,
                                       struct ArrowArrayStream* out);

/* How rows like these would be read: {"format":...,"title":...,"fields":[{"field":...,"use":...}]}.
 * To be asked once, and the format given to every worker as an option, where many work on parts of
 * one data set. Borrows both. */
GRAM_API gram_status gram_recognise(const struct ArrowSchema* schema, const struct ArrowArray* rows,
                                    const gram_options* options, char** json);

/* ---- Rankings -------------------------------------------------------------------------------- */

/* How one response came out; the fields are those of docs/rank.md. */
typedef struct gram_ranked {
  int rank; /* 1: the best; equal: tied */
  double win_rate;
  int wins;
  int losses;
  int ties;
  double strength;
  double reward; /* a reward model's, else 0 */
} gram_ranked;

typedef struct gram_ranking gram_ranking;

/* Ranks `count` responses to one question. */
GRAM_API gram_status gram_rank(gram_judge* judge, gram_text question, const gram_text* responses,
                               size_t count, const gram_options* options, const gram_cancel* cancel,
                               gram_ranking** ranking);

GRAM_API size_t gram_ranking_count(const gram_ranking* ranking);
/* Of response number `index`, counted from 0; NULL where there is none. */
GRAM_API const gram_ranked* gram_ranking_at(const gram_ranking* ranking, size_t index);
GRAM_API void gram_ranking_free(gram_ranking* ranking);

/* ---- Tokens ---------------------------------------------------------------------------------- */

typedef struct gram_tokens gram_tokens;

/* The ids of the two prompts that gram_score would run for a pair: lists 0 and 1. */
GRAM_API gram_status gram_prompts(const gram_judge* judge, const gram_pair* pair,
                                  const gram_options* options, gram_tokens** tokens);

/* The ids of a text: list 0. With parse-special, "<|im_end|>" and the like become control tokens.
 */
GRAM_API gram_status gram_tokenize(const gram_judge* judge, gram_text text,
                                   const gram_options* options, gram_tokens** tokens);

/* A list of ids and its length; NULL and 0 where there is no such list. */
GRAM_API const int32_t* gram_tokens_list(const gram_tokens* tokens, size_t list, size_t* count);
GRAM_API void gram_tokens_free(gram_tokens* tokens);

/* ---- The library and the machine ---------------------------------------------------------------
 */

/* Makes a packed model of a Hugging Face checkpoint's folder. `notes`, which may be NULL, gets a
 * line for each thing in the folder that has no effect. */
GRAM_API gram_status gram_convert(const char* folder, const char* output,
                                  const gram_options* options, char** notes);

/* The backends that this CPU can run, best first: "avx512_bf16,avx512,avx2,scalar". */
GRAM_API gram_status gram_isas(char** names);

#ifdef __cplusplus
}
#endif

#endif /* GRAM_C_API_H_ */
