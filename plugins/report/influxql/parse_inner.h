/* parse_inner.h - what the files of the parser share
 *
 * Functions that return int return 0, or -EINVAL with the reason in the
 * parser's 'why'.
 */
#ifndef INFLUXQL_PARSE_INNER_H
#define INFLUXQL_PARSE_INNER_H

#include <jansson.h>

#include "parse.h"
#include "token.h"

struct parser {
    struct scanner scanner;
    struct tree *tree;
    json_t *params; /* or NULL */
    int64_t now_ns;
    char *why; /* [PARSE_WHY_SIZE] */
    unsigned depth;
    size_t nodes, operators;
};

/* parse_word.c */

/* Returns a copy of a format's text that lives as long as the tree. */
const char *parse_text(struct parser *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns -EINVAL and says so. */
int parse_refuse(struct parser *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, with the place of what is wrong. */
int parse_refuse_at(struct parser *self, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same: "found ..., expected ...". */
int parse_unexpected(struct parser *self, const struct token *found,
                     const char *expected);

/* The next token, with parameters put in. */
struct token parse_any(struct parser *self);

/* The next but blanks and comments. */
struct token parse_next(struct parser *self);

/* Gives back the token read last. */
void parse_back(struct parser *self);

void parse_skip_blank(struct parser *self);

/* Takes the next token when it is of a kind; else leaves it. */
bool parse_take(struct parser *self, enum token_kind kind);

/* Wants the next token to be of a kind. */
int parse_want(struct parser *self, enum token_kind kind);

int parse_ident(struct parser *self, const char **ret_name);

int parse_string(struct parser *self, const char **ret_text);

/* A whole number up to INT32_MAX from 1. */
int parse_count(struct parser *self);

int parse_u64(struct parser *self);

/* A duration or INF, which is 0. */
int parse_duration(struct parser *self, int64_t *ret_ns);

/* parse_duration.c */

/* Reads a duration's text, such as "1h30m"; false with a reason when it is
 * none. */
bool parse_duration_text(struct parser *self, const char *text, int64_t *ret_ns,
                         const char **reterr_why);

/* A name of up to three parts between dots; 'ret_parts' holds what there is. */
int parse_segments(struct parser *self, const char *ret_parts[3],
                   size_t *ret_count);

/* Refuses the pattern of 'token' when Go takes it for none. */
int parse_pattern_text(struct parser *self, const struct token *token);

/* A regular expression; NULL when the next character begins none. */
int parse_pattern(struct parser *self, const char **ret_pattern);

/* parse_bound.c */

/* Reads the request's parameters.  Returns 0 or -EBADMSG. */
int parse_params(struct parser *self, const char *params);

/* Puts the parameter in whose name 'token' says; leaves it when that is not
 * there or not of use. */
void parse_bind(struct parser *self, struct token *token);

/* Refuses a token that parse_bind() left. */
int parse_unbound(struct parser *self, const struct token *token);

/* parse_literal.c */

struct node *parse_node(struct parser *self, enum node_kind kind);

/* A node that is all in its text. */
struct node *parse_text_node(struct parser *self, enum node_kind kind,
                             const char *text);

struct node *parse_whole_node(struct parser *self, int64_t number);

/* What 'token' stands for, unless it is a name. */
int parse_literal(struct parser *self, const struct token *token,
                  struct node **ret_node);

/* Does what a '-' does to a number or a duration that began with 'token'. */
int parse_negate(struct parser *self, const struct token *token,
                 struct node *node);

/* parse_expression.c */

int parse_expression(struct parser *self, struct node **ret_node);

/* parse_clause.c */

/* All of FROM, which was read. */
int parse_sources(struct parser *self, bool takes_selects,
                  struct source **ret_sources);

int parse_source(struct parser *self, bool takes_selects,
                 struct source **ret_source);

/* The clauses below may be missing. */
int parse_on(struct parser *self, const char **ret_database);
int parse_from(struct parser *self, struct source **ret_sources);
int parse_where(struct parser *self, struct node **ret_condition);
int parse_order(struct parser *self, bool *ret_backwards);
int parse_number_after(struct parser *self, enum token_kind word,
                       uint64_t *ret_number);
int parse_limit_offset(struct parser *self, struct page *page);

/* parse_dimension.c */

/* GROUP BY; what is wrong but no error of the text is 'into->wrong'. */
int parse_dimensions(struct parser *self, struct select *into);

/* parse_select.c */

/* SELECT behind its first word.  Says whether it has an INTO, which it must
 * when 'ret_has_target' begins as true. */
int parse_select(struct parser *self, struct select *into,
                 bool *ret_has_target);

/* Statements behind their first words: parse_show.c. */
int parse_show_policies(struct parser *self, struct statement *into);
int parse_show_measurements(struct parser *self, struct statement *into);
int parse_show_series(struct parser *self, struct statement *into);
int parse_show_tag_keys(struct parser *self, struct statement *into);
int parse_show_tag_values(struct parser *self, struct statement *into);
int parse_show_field_keys(struct parser *self, struct statement *into);

/* ... CARDINALITY, and where CARDINALITY or EXACT are still to come. */
int parse_cardinality(struct parser *self, struct statement *into);
int parse_exact(struct parser *self, struct statement *into);
int parse_key_cardinality(struct parser *self, struct statement *into);

/* parse_other.c */
int parse_create_database(struct parser *self, struct statement *into);
int parse_create_continuous(struct parser *self, struct statement *into);
int parse_shard_duration(struct parser *self);
int parse_alter_policy(struct parser *self, struct statement *into);
int parse_delete(struct parser *self, struct statement *into);
int parse_grant(struct parser *self, struct statement *into);
int parse_revoke(struct parser *self, struct statement *into);

#endif /* INFLUXQL_PARSE_INNER_H */
