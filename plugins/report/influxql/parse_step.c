/* parse_step.c - simple statements, step by step; see parse_step.h */
#include <config.h>

#include "parse_step.h"

static int
step_strings(struct parser *self)
{
    const char *text = NULL;
    int rc = 0;

    do {
        rc = parse_string(self, &text);
    } while (rc == 0 && parse_take(self, TOKEN_COMMA));
    return rc;
}

static int
step_mode(struct parser *self)
{
    struct token token = parse_next(self);

    if (token.kind == WORD_ALL || token.kind == WORD_ANY)
        return 0;
    return parse_unexpected(self, &token, "ALL, ANY");
}

static int
step_dot(struct parser *self)
{
    struct token token = parse_any(self);

    return token.kind == TOKEN_DOT ? 0 : parse_unexpected(self, &token, ".");
}

static int
step_select(struct parser *self, struct statement *into)
{
    bool has_target = false;

    (void)parse_take(self, WORD_ANALYZE);
    int rc = parse_want(self, WORD_SELECT);
    return rc < 0 ? rc : parse_select(self, &into->select, &has_target);
}

static int
take_step(struct parser *self, struct statement *into, unsigned step)
{
    const char *text = NULL;
    int64_t ns = 0;

    switch (step) {
    case STEP_NAME:
        return parse_ident(self, &into->name);
    case STEP_IDENT:
        return parse_ident(self, &text);
    case STEP_STRING:
        return parse_string(self, &text);
    case STEP_STRINGS:
        return step_strings(self);
    case STEP_U64:
        return parse_u64(self);
    case STEP_COUNT:
        return parse_count(self);
    case STEP_DURATION:
        return parse_duration(self, &ns);
    case STEP_DOT:
        return step_dot(self);
    case STEP_MODE:
        return step_mode(self);
    case STEP_SELECT:
        return step_select(self, into);
    default:
        return parse_want(self, (enum token_kind)step);
    }
}

int
parse_steps(struct parser *self, struct statement *into,
            const unsigned char *step)
{
    int rc = 0;

    for (; rc == 0 && *step != STEP_END; step++) {
        if (*step == STEP_MAY) {
            if (!parse_take(self, (enum token_kind) * ++step))
                return 0;
        } else if (*step == STEP_MAY_SHARD) {
            if (parse_take(self, WORD_SHARD))
                rc = parse_shard_duration(self);
        } else {
            rc = take_step(self, into, *step);
        }
    }
    return rc;
}
