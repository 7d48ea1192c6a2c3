/* promql_text.h - tables of questions, for tests of the parser */
#ifndef PROMQL_TEXT_H
#define PROMQL_TEXT_H

#include <errno.h>

#include <weir/cleanup.h>

#include "query/printer.h"
#include "spec.h"

/* A question, and what comes of it. */
struct promql_row {
    const char *question;
    const char *answer;
};

/* Reads what must be right. */
static inline struct tree *
promql_tree(const char *question)
{
    struct tree *tree = NULL;
    char *why = NULL;

    int rc = tree_parse(question, &tree, &why);
    ck_assert_msg(rc == 0, "%s: %s", question, why);
    return tree;
}

/* Reads what must be wrong; the caller frees the reason. */
static inline char *
promql_why(const char *question)
{
    struct tree *tree = NULL;
    char *why = NULL;

    int rc = tree_parse(question, &tree, &why);
    ck_assert_msg(rc == -EINVAL, "%s: accepted", question);
    return why;
}

/* Expects that the question is printed as 'line', which reads back. */
static inline void
promql_expect_line(const char *question, const char *line)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);
    weir_cleanup(weir_free) char *once = printer_line(tree_root(tree));
    weir_cleanup(tree_destroy) struct tree *again = promql_tree(once);
    weir_cleanup(weir_free) char *twice = printer_line(tree_root(again));

    ck_assert_str_eq(once, line);
    ck_assert_str_eq(twice, line);
}

static inline void
promql_expect_lines(const struct promql_row rows[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        promql_expect_line(rows[i].question, rows[i].answer);
}

/* Returns "question -> reason", which tells more when it is not as wanted; the
 * caller frees it. */
static inline char *
promql_refusal(const char *question, const char *reason)
{
    char *text = NULL;

    ck_assert_int_gt(asprintf(&text, "%s -> %s", question, reason), 0);
    return text;
}

static inline void
promql_expect_reason(const char *question, const char *reason)
{
    weir_cleanup(weir_free) char *why = promql_why(question);
    weir_cleanup(weir_free) char *got = promql_refusal(question, why);
    weir_cleanup(weir_free) char *want = promql_refusal(question, reason);

    ck_assert_str_eq(got, want);
}

/* Expects that each question is refused for the reason beside it. */
static inline void
promql_expect_reasons(const struct promql_row rows[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        promql_expect_reason(rows[i].question, rows[i].answer);
}

#define PROMQL_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif /* PROMQL_TEXT_H */
