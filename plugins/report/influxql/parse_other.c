/* parse_other.c - statements that a table cannot say; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include "base.h"

/* WITH and at least one of these, in this order. */
int
parse_create_database(struct parser *self, struct statement *into)
{
    const char *policy = NULL;
    int64_t ns = 0;

    int rc = parse_ident(self, &into->name);
    if (rc < 0 || !parse_take(self, WORD_WITH))
        return rc;
    struct token token = parse_next(self);
    if (token.kind != WORD_DURATION && token.kind != WORD_NAME &&
        token.kind != WORD_REPLICATION && token.kind != WORD_SHARD)
        return parse_unexpected(self, &token,
                                "DURATION, NAME, REPLICATION, SHARD");
    parse_back(self);
    if (parse_take(self, WORD_DURATION))
        rc = parse_duration(self, &ns);
    if (rc == 0 && parse_take(self, WORD_REPLICATION))
        rc = parse_count(self);
    if (rc == 0 && parse_take(self, WORD_SHARD)) {
        rc = parse_want(self, WORD_DURATION);
        if (rc == 0)
            rc = parse_duration(self, &ns);
    }
    if (rc == 0 && parse_take(self, WORD_NAME))
        rc = parse_ident(self, &policy);
    return rc;
}

/* A duration that InfluxDB does not take INF for. */
static int
parse_every(struct parser *self, bool *ret_is_there)
{
    struct token token = parse_next(self);
    const char *why = NULL;
    int64_t ns = 0;

    if (token.kind != TOKEN_DURATION)
        return parse_unexpected(self, &token, "duration");
    if (!parse_duration_text(self, token.text, &ns, &why))
        return parse_refuse_at(self, token.at, "%s", why);
    *ret_is_there = *ret_is_there || ns != 0;
    return 0;
}

static int
parse_resample(struct parser *self)
{
    bool is_there = false;
    int rc = 0;

    if (parse_take(self, WORD_EVERY))
        rc = parse_every(self, &is_there);
    if (rc == 0 && parse_take(self, WORD_FOR))
        rc = parse_every(self, &is_there);
    if (rc == 0 && !is_there) {
        struct token token = parse_next(self);
        return parse_unexpected(self, &token, "EVERY, FOR");
    }
    return rc;
}

int
parse_create_continuous(struct parser *self, struct statement *into)
{
    const char *name = NULL;
    bool has_target = true;

    int rc = parse_ident(self, &name);
    if (rc == 0)
        rc = parse_want(self, WORD_ON);
    if (rc == 0)
        rc = parse_ident(self, &into->database);
    if (rc == 0 && parse_take(self, WORD_RESAMPLE))
        rc = parse_resample(self);
    if (rc == 0)
        rc = parse_want(self, WORD_BEGIN);
    if (rc == 0)
        rc = parse_want(self, WORD_SELECT);
    if (rc == 0)
        rc = parse_select(self, &into->select, &has_target);
    return rc < 0 ? rc : parse_want(self, WORD_END);
}

int
parse_shard_duration(struct parser *self)
{
    int64_t ns = 0;

    int rc = parse_want(self, WORD_DURATION);
    if (rc < 0)
        return rc;
    struct token token = parse_next(self);
    if (token.kind == WORD_INF)
        return parse_refuse_at(self, token.at,
                               "invalid duration INF for shard duration");
    parse_back(self);
    return parse_duration(self, &ns);
}

static int
parse_policy_option(struct parser *self, enum token_kind kind)
{
    int64_t ns = 0;

    switch (kind) {
    case WORD_DURATION:
        return parse_duration(self, &ns);
    case WORD_REPLICATION:
        return parse_count(self);
    case WORD_SHARD:
        return parse_shard_duration(self);
    default:
        return 0;
    }
}

static const enum token_kind policy_options[] = {
    WORD_DURATION, WORD_REPLICATION, WORD_SHARD, WORD_DEFAULT};

/* The options of a policy, in any order, each once, at least one. */
static int
parse_policy_options(struct parser *self)
{
    unsigned found = 0;

    for (;;) {
        struct token token = parse_next(self);
        size_t i = 0;
        while (i < ARRAY_SIZE(policy_options) &&
               policy_options[i] != token.kind)
            i++;
        if (i == ARRAY_SIZE(policy_options) && found) {
            parse_back(self);
            return 0;
        }
        if (i == ARRAY_SIZE(policy_options))
            return parse_unexpected(self, &token,
                                    "DURATION, REPLICATION, SHARD, DEFAULT");
        if (found & (1U << i))
            return parse_refuse_at(self, token.at, "found duplicate %s option",
                                   token_name(token.kind));
        found |= 1U << i;
        int rc = parse_policy_option(self, token.kind);
        if (rc < 0)
            return rc;
    }
}

int
parse_alter_policy(struct parser *self, struct statement *into)
{
    struct token token = parse_next(self);

    if (token.kind != WORD_DEFAULT && token.kind != TOKEN_IDENT)
        return parse_unexpected(self, &token, "identifier");
    int rc = parse_want(self, WORD_ON);
    if (rc == 0)
        rc = parse_ident(self, &into->database);
    return rc < 0 ? rc : parse_policy_options(self);
}

/* DELETE and DROP SERIES. */
int
parse_delete(struct parser *self, struct statement *into)
{
    struct select *select = &into->select;
    struct token token = parse_next(self);
    const char *why = NULL;

    parse_back(self);
    int rc = parse_from(self, &select->sources);
    if (rc < 0)
        return rc;
    for (const struct source *at = select->sources; at; at = at->next)
        if (at->policy)
            why = "retention policy not supported";
        else if (at->database)
            why = "database not supported";
    if (why)
        return parse_refuse_at(self, 0, "%s", why);
    rc = parse_where(self, &select->where);
    if (rc == 0 && !select->where && !select->sources)
        return parse_unexpected(self, &token, "FROM, WHERE");
    return rc;
}

/* READ, WRITE or ALL [PRIVILEGES]. */
static int
parse_privilege(struct parser *self, bool *ret_is_all)
{
    struct token token = parse_next(self);

    *ret_is_all = token.kind == WORD_ALL;
    if (*ret_is_all)
        (void)parse_take(self, WORD_PRIVILEGES);
    else if (token.kind != WORD_READ && token.kind != WORD_WRITE)
        return parse_unexpected(self, &token, "READ, WRITE, ALL [PRIVILEGES]");
    return 0;
}

/* 'whom' is the word before the user: TO or FROM.  Without ON, all is granted
 * or revoked everywhere. */
static int
parse_right(struct parser *self, struct statement *into, enum token_kind whom,
            const char *expected)
{
    const char *user = NULL;
    bool is_all = false;

    int rc = parse_privilege(self, &is_all);
    if (rc < 0)
        return rc;
    struct token token = parse_next(self);
    if (token.kind == WORD_ON) {
        rc = parse_ident(self, &into->database);
        if (rc == 0)
            rc = parse_want(self, whom);
    } else if (token.kind != whom || !is_all) {
        bool says_both = is_all && token.kind != whom;
        return parse_unexpected(self, &token, says_both ? expected : "ON");
    }
    return rc < 0 ? rc : parse_ident(self, &user);
}

int
parse_grant(struct parser *self, struct statement *into)
{
    return parse_right(self, into, WORD_TO, "ON, TO");
}

int
parse_revoke(struct parser *self, struct statement *into)
{
    return parse_right(self, into, WORD_FROM, "ON, FROM");
}
