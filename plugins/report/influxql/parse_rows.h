/* parse_rows.h - texts and what they become, for tests */
#ifndef INFLUXQL_PARSE_ROWS_H
#define INFLUXQL_PARSE_ROWS_H

#include "base.h"
#include "parse.h"
#include "spec.h"
#include "tree_text.h"

struct row {
    const char *text, *expected;
};

/* Returns the tree as a line, or why there is none; the caller frees it. */
static inline char *
line_of(const char *text, const char *params)
{
    char why[PARSE_WHY_SIZE] = "";
    char *line = NULL;
    size_t size = 0;
    struct tree tree;

    FILE *to = x_or_die(open_memstream(&line, &size));
    if (parse_influxql(text, params, 1000, why, &tree) == 0) {
        tree_print(to, &tree);
        tree_fini(&tree);
    } else {
        (void)fputs(why, to);
    }
    (void)fclose(to);
    return line;
}

static inline void
expect_line(const char *text, const char *params, const char *expected)
{
    char *line = line_of(text, params);

    ck_assert_str_eq(line, expected);
    free(line);
}

static inline void
expect(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_line(rows[i].text, NULL, rows[i].expected);
}

#endif /* INFLUXQL_PARSE_ROWS_H */
