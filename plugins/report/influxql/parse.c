/* parse.c - statements, by their first words; see parse.h */
#include <config.h>

#include "parse_step.h"

#include <errno.h>

#include "base.h"
#include "check.h"

enum { STEPS_MOST = 14, WORDS_MOST = 3 };

struct form {
    unsigned char words[WORDS_MOST + 1];
    unsigned char kind;
    bool changes;
    unsigned char steps[STEPS_MOST];
    int (*read)(struct parser *self, struct statement *into);
};

/* As to InfluxDB, buckets of a negative length are one.  As deep as the parser
 * lets it be. */
static void
drop_negative(struct select *select) // NOLINT(misc-no-recursion)
{
    if (select->every_ns < 0)
        select->every_ns = select->offset_ns = 0;
    for (struct source *each = select->sources; each; each = each->next)
        if (each->select)
            drop_negative(each->select);
}

static int
read_select(struct parser *self, struct statement *into)
{
    bool has_target = false;

    int rc = parse_select(self, &into->select, &has_target);
    if (rc == 0 && has_target) {
        into->kind = STATEMENT_NONE;
        into->name = "SELECT INTO";
        into->changes = true;
    } else if (rc == 0) {
        into->select.wrong = check_select(&self->tree->arena, &into->select);
        drop_negative(&into->select);
    }
    return rc;
}

enum { NONE = STATEMENT_NONE };

/* In the order in which InfluxDB says what it expected. */
static const struct form forms[] = {
    {{WORD_SELECT}, STATEMENT_SELECT, false, {0}, read_select},
    {{WORD_DELETE}, NONE, false, {0}, parse_delete},
    {{WORD_SHOW, WORD_CONTINUOUS, WORD_QUERIES}, NONE, false, {0}, NULL},
    {{WORD_SHOW, WORD_DATABASES}, STATEMENT_SHOW_DATABASES, false, {0}, NULL},
    {{WORD_SHOW, WORD_DIAGNOSTICS},
     NONE,
     false,
     {STEP_MAY, WORD_FOR, STEP_STRING},
     NULL},
    {{WORD_SHOW, WORD_FIELD, WORD_KEY},
     NONE,
     false,
     {0},
     parse_key_cardinality},
    {{WORD_SHOW, WORD_FIELD, WORD_KEYS},
     STATEMENT_SHOW_FIELD_KEYS,
     false,
     {0},
     parse_show_field_keys},
    {{WORD_SHOW, WORD_GRANTS, WORD_FOR}, NONE, false, {STEP_IDENT}, NULL},
    {{WORD_SHOW, WORD_MEASUREMENT, WORD_EXACT}, NONE, false, {0}, parse_exact},
    {{WORD_SHOW, WORD_MEASUREMENT, WORD_CARDINALITY},
     NONE,
     false,
     {0},
     parse_cardinality},
    {{WORD_SHOW, WORD_MEASUREMENTS},
     STATEMENT_SHOW_MEASUREMENTS,
     false,
     {0},
     parse_show_measurements},
    {{WORD_SHOW, WORD_QUERIES}, NONE, false, {0}, NULL},
    {{WORD_SHOW, WORD_RETENTION, WORD_POLICIES},
     STATEMENT_SHOW_POLICIES,
     false,
     {0},
     parse_show_policies},
    {{WORD_SHOW, WORD_SERIES},
     STATEMENT_SHOW_SERIES,
     false,
     {0},
     parse_show_series},
    {{WORD_SHOW, WORD_SHARD, WORD_GROUPS}, NONE, false, {0}, NULL},
    {{WORD_SHOW, WORD_SHARDS}, NONE, false, {0}, NULL},
    {{WORD_SHOW, WORD_STATS},
     NONE,
     false,
     {STEP_MAY, WORD_FOR, STEP_STRING},
     NULL},
    {{WORD_SHOW, WORD_SUBSCRIPTIONS}, NONE, false, {0}, NULL},
    {{WORD_SHOW, WORD_TAG, WORD_KEY}, NONE, false, {0}, parse_key_cardinality},
    {{WORD_SHOW, WORD_TAG, WORD_KEYS},
     STATEMENT_SHOW_TAG_KEYS,
     false,
     {0},
     parse_show_tag_keys},
    {{WORD_SHOW, WORD_TAG, WORD_VALUES},
     STATEMENT_SHOW_TAG_VALUES,
     false,
     {0},
     parse_show_tag_values},
    {{WORD_SHOW, WORD_USERS}, NONE, false, {0}, NULL},
    {{WORD_CREATE, WORD_CONTINUOUS, WORD_QUERY},
     NONE,
     true,
     {0},
     parse_create_continuous},
    {{WORD_CREATE, WORD_DATABASE},
     STATEMENT_CREATE_DATABASE,
     true,
     {0},
     parse_create_database},
    {{WORD_CREATE, WORD_USER},
     NONE,
     true,
     {STEP_IDENT, WORD_WITH, WORD_PASSWORD, STEP_STRING, STEP_MAY, WORD_WITH,
      WORD_ALL, WORD_PRIVILEGES},
     NULL},
    {{WORD_CREATE, WORD_RETENTION, WORD_POLICY},
     NONE,
     true,
     {STEP_IDENT, WORD_ON, STEP_IDENT, WORD_DURATION, STEP_DURATION,
      WORD_REPLICATION, STEP_COUNT, STEP_MAY_SHARD, STEP_MAY, WORD_DEFAULT},
     NULL},
    {{WORD_CREATE, WORD_SUBSCRIPTION},
     NONE,
     true,
     {STEP_IDENT, WORD_ON, STEP_IDENT, STEP_DOT, STEP_IDENT, WORD_DESTINATIONS,
      STEP_MODE, STEP_STRINGS},
     NULL},
    {{WORD_DROP, WORD_CONTINUOUS, WORD_QUERY},
     NONE,
     true,
     {STEP_IDENT, WORD_ON, STEP_IDENT},
     NULL},
    {{WORD_DROP, WORD_DATABASE},
     STATEMENT_DROP_DATABASE,
     true,
     {STEP_NAME},
     NULL},
    {{WORD_DROP, WORD_MEASUREMENT}, NONE, true, {STEP_IDENT}, NULL},
    {{WORD_DROP, WORD_RETENTION, WORD_POLICY},
     NONE,
     true,
     {STEP_IDENT, WORD_ON, STEP_IDENT},
     NULL},
    {{WORD_DROP, WORD_SERIES}, NONE, true, {0}, parse_delete},
    {{WORD_DROP, WORD_SHARD}, NONE, true, {STEP_U64}, NULL},
    {{WORD_DROP, WORD_SUBSCRIPTION},
     NONE,
     true,
     {STEP_IDENT, WORD_ON, STEP_IDENT, STEP_DOT, STEP_IDENT},
     NULL},
    {{WORD_DROP, WORD_USER}, NONE, true, {STEP_IDENT}, NULL},
    {{WORD_EXPLAIN}, NONE, false, {STEP_SELECT}, NULL},
    {{WORD_GRANT}, NONE, true, {0}, parse_grant},
    {{WORD_REVOKE}, NONE, true, {0}, parse_revoke},
    {{WORD_ALTER, WORD_RETENTION, WORD_POLICY},
     NONE,
     true,
     {0},
     parse_alter_policy},
    {{WORD_SET, WORD_PASSWORD, WORD_FOR},
     NONE,
     true,
     {STEP_IDENT, TOKEN_EQ, STEP_STRING},
     NULL},
    {{WORD_KILL, WORD_QUERY},
     NONE,
     false,
     {STEP_U64, STEP_MAY, WORD_ON, STEP_IDENT},
     NULL},
};

/* What may come at 'depth' in forms that begin as 'form' does. */
static const char *
expected_words(struct parser *self, const struct form *form, size_t depth)
{
    const char *words = "";
    unsigned char last = STEP_END;

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        unsigned char word = forms[i].words[depth];
        if (word == last || memcmp(forms[i].words, form->words, depth) != 0)
            continue;
        words = parse_text(self, "%s%s%s", words, *words ? ", " : "",
                           token_name((enum token_kind)word));
        last = word;
    }
    return words;
}

/* The first form that begins as 'form' up to 'depth' and has 'word' there. */
static const struct form *
form_with(const struct form *form, size_t depth, enum token_kind word)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (forms[i].words[depth] == word &&
            memcmp(forms[i].words, form->words, depth) == 0)
            return &forms[i];
    return NULL;
}

static int
find_form(struct parser *self, const struct form **ret_form,
          const char **ret_words)
{
    const struct form *form = forms;
    const char *words = "";
    size_t depth = 0;

    do {
        struct token token = parse_next(self);
        const struct form *next = form_with(form, depth, token.kind);
        if (!next)
            return parse_unexpected(self, &token,
                                    expected_words(self, form, depth));
        form = next;
        words = parse_text(self, "%s%s%s", words, depth ? " " : "",
                           token_name(token.kind));
        depth++;
    } while (form->words[depth]);
    *ret_form = form;
    *ret_words = words;
    return 0;
}

static int
parse_statement(struct parser *self, struct statement *into)
{
    const struct form *form = forms;

    int rc = find_form(self, &form, &into->name);
    if (rc < 0)
        return rc;
    into->kind = (enum statement_kind)form->kind;
    into->changes = form->changes;
    if (form->read)
        return form->read(self, into);
    return parse_steps(self, into, form->steps);
}

static int
add_statement(struct parser *self, struct statement ***last)
{
    struct statement *statement =
        arena_words(&self->tree->arena, sizeof(*statement));

    **last = statement;
    *last = &statement->next;
    return parse_statement(self, statement);
}

static int
parse_statements(struct parser *self)
{
    struct statement **last = &self->tree->statements;
    bool is_apart = true;

    for (size_t count = 0;;) {
        struct token token = parse_next(self);
        if (token.kind == TOKEN_END)
            return 0;
        if (token.kind == TOKEN_SEMICOLON) {
            is_apart = true;
            continue;
        }
        if (!is_apart)
            return parse_unexpected(self, &token, ";");
        if (++count > PARSE_STATEMENTS_MOST)
            return parse_refuse(self, "more than %d statements",
                                PARSE_STATEMENTS_MOST);
        parse_back(self);
        int rc = add_statement(self, &last);
        if (rc < 0)
            return rc;
        is_apart = false;
    }
}

static const char *const blanks[] = {" ",  "\t", "\n",       "\v",
                                     "\f", "\r", "\xc2\x85", "\xc2\xa0"};

/* Returns the size of the blank that 'size' bytes begin or end with, or 0. */
static size_t
blank_size(const char *text, size_t size, bool at_end)
{
    for (size_t i = 0; i < ARRAY_SIZE(blanks); i++) {
        size_t length = strlen(blanks[i]);
        if (length > size)
            continue;
        if (memcmp(at_end ? text + size - length : text, blanks[i], length) ==
            0)
            return length;
    }
    return 0;
}

/* InfluxDB takes blanks off a query's ends before it reads it. */
static const char *
trimmed(struct parser *self, const char *text)
{
    size_t size = strlen(text);
    size_t blank = 0;

    while ((blank = blank_size(text, size, false)) > 0) {
        text += blank;
        size -= blank;
    }
    while ((blank = blank_size(text, size, true)) > 0)
        size -= blank;
    return arena_bytes(&self->tree->arena, text, size);
}

int
parse_influxql(const char *text, const char *params, int64_t now_ns,
               char why[PARSE_WHY_SIZE], // NOLINT(*-non-const-parameter)
               struct tree *ret_tree)
{
    struct tree tree = {.statements = NULL};
    struct parser self = {.tree = &tree, .now_ns = now_ns, .why = why};

    int rc = parse_params(&self, params);
    if (rc == 0 && strlen(text) > PARSE_TEXT_MOST)
        rc = parse_refuse(&self, "longer than %d bytes", PARSE_TEXT_MOST);
    if (rc == 0) {
        scanner_init(&self.scanner, trimmed(&self, text), &tree.arena);
        rc = parse_statements(&self);
    }
    json_decref(self.params);
    if (rc < 0) {
        tree_fini(&tree);
        return rc;
    }
    *ret_tree = tree;
    return 0;
}

void
tree_fini(struct tree *self)
{
    arena_clear(&self->arena);
    self->statements = NULL;
}
