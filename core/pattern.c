/* pattern.c - conditions on labels, and bounded regular expressions
 *
 * See weir/storage.h.  Most patterns that people write are plain words, or
 * anything at all: those are told by looking.  The rest is PCRE2's, with bounds
 * on steps and memory, so that no pattern and no text can hold a thread.
 */
#include <config.h>

#include <weir/storage.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "regex.h"
#include "series.h"

enum { WHOLE_NAME_MOST = 640 }; /* bytes of a metric's name with its suffix */

/* How a pattern is told. */
enum way { BY_WORD, ANYTHING, SOMETHING, BY_CODE };

struct weir_pattern {
    enum way way;
    char *word; /* of BY_WORD */
    pcre2_code *code;
    pcre2_match_context *bounds;
    /* One that no thread matches with at the moment, or NULL. */
    _Atomic(pcre2_match_data *) *spare;
};

static const struct {
    const char *text;
    enum way way;
} trivial[] = {{".*", ANYTHING}, {".+", SOMETHING}};

static enum way
way_of(const char *text)
{
    for (size_t i = 0; i < ARRAY_SIZE(trivial); i++) {
        if (strcmp(text, trivial[i].text) == 0)
            return trivial[i].way;
    }
    return strpbrk(text, "\\^$.[]|()?*+{}") ? BY_CODE : BY_WORD;
}

/* Where no code can be made for the processor, matching interprets. */
static int
compile(struct weir_pattern *self, const char *text, char *why, size_t size)
{
    int rc = regex_compile(text, PCRE2_NO_AUTO_CAPTURE, why, size, &self->code);

    if (rc < 0)
        return rc;
    (void)pcre2_jit_compile(self->code, PCRE2_JIT_COMPLETE);
    self->bounds = regex_bounds();
    self->spare = xcalloc(1, sizeof(*self->spare));
    return 0;
}

int
weir_pattern_new(const char *text, char *why, size_t size,
                 struct weir_pattern **ret_pattern)
{
    weir_cleanup(weir_pattern_destroy) struct weir_pattern *self =
        xcalloc(1, sizeof(*self));

    self->way = way_of(text);
    if (self->way == BY_WORD)
        self->word = x_or_die(strdup(text));
    if (self->way == BY_CODE) {
        int rc = compile(self, text, why, size);
        if (rc < 0)
            return rc;
    }
    *ret_pattern = weir_take(self);
    return 0;
}

void
weir_pattern_destroy(struct weir_pattern **pattern_p)
{
    struct weir_pattern *self = *pattern_p;

    if (!self)
        return;
    if (self->spare)
        pcre2_match_data_free(atomic_load(self->spare));
    free(self->spare);
    pcre2_match_context_free(self->bounds);
    pcre2_code_free(self->code);
    free(self->word);
    free(self);
    *pattern_p = NULL;
}

static int
match_within_bounds(const struct weir_pattern *self, const char *text,
                    size_t length, pcre2_match_data *data)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)text;
    int rc = pcre2_match(self->code, subject, length, 0, 0, data, self->bounds);

    /* Compiled code has a small stack; the interpreter has a heap. */
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = pcre2_match(self->code, subject, length, 0, PCRE2_NO_JIT, data,
                         self->bounds);
    return rc;
}

/* Borrows the match data when no other thread has it, else makes its own. */
static int
match_by_code(const struct weir_pattern *self, const char *text, size_t length)
{
    pcre2_match_data *data = atomic_exchange(self->spare, NULL);
    if (!data)
        data = x_or_die(pcre2_match_data_create(1, NULL));

    int rc = match_within_bounds(self, text, length, data);
    pcre2_match_data_free(atomic_exchange(self->spare, data));
    return regex_was_bounded(rc) ? -E2BIG : rc >= 0;
}

static int
matches_pattern(const struct weir_pattern *self, const char *text)
{
    switch (self->way) {
    case BY_WORD:
        return strcmp(self->word, text) == 0;
    case ANYTHING:
        return true;
    case SOMETHING:
        return *text != '\0';
    case BY_CODE:
        break;
    }
    return match_by_code(self, text, strlen(text));
}

int
weir_try_match(const struct weir_matcher *self, const char *value)
{
    const char *text = value ? value : "";
    int rc = 0;

    switch (self->match) {
    case WEIR_EQUAL:
        return strcmp(self->value, text) == 0;
    case WEIR_NOT_EQUAL:
        return strcmp(self->value, text) != 0;
    case WEIR_LIKE:
        return matches_pattern(self->pattern, text);
    case WEIR_NOT_LIKE:
        rc = matches_pattern(self->pattern, text);
        return rc < 0 ? rc : !rc;
    }
    return 0;
}

bool
weir_matches(const struct weir_matcher *self, const char *value)
{
    int rc = weir_try_match(self, value);

    return rc < 0 ? self->match == WEIR_NOT_LIKE : rc == 1;
}

/* The name that people know is in two pieces only when there is a suffix. */
static bool
matches_name(const struct weir_matcher *self, const struct weir_series *series)
{
    const char *name = series->metric->name;
    char whole[WHOLE_NAME_MOST];

    if (*series->suffix == '\0')
        return weir_matches(self, name);
    int length = snprintf(whole, sizeof(whole), "%s%s", name, series->suffix);
    return length < (int)sizeof(whole) && weir_matches(self, whole);
}

bool
weir_matches_series(const struct weir_matcher *matchers, size_t count,
                    const struct weir_series *series)
{
    for (size_t i = 0; i < count; i++) {
        const struct weir_matcher *matcher = &matchers[i];
        bool meets = strcmp(matcher->name, "__name__") == 0
                         ? matches_name(matcher, series)
                         : weir_matches(matcher, labels_get(series->labels,
                                                            matcher->name));
        if (!meets)
            return false;
    }
    return true;
}
