/* regex.c - PCRE2 with bounds; see regex.h, and weir/text.h for weir_regex */
#include <config.h>

#include "regex.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"

enum {
    TEXT_MOST = 16384,    /* bytes of a pattern */
    STEPS_MOST = 250000,  /* of one match */
    DEPTH_MOST = 50000,   /* of backtracking */
    HEAP_MOST_KIB = 8192, /* of one match */
    NESTING_MOST = 100,   /* of parentheses */
    DIGITS_MOST = 8,      /* of a group's number */
    GROUP_NAME_MOST = 32, /* PCRE2's, in bytes */
};

struct weir_regex {
    pcre2_code *code;
    pcre2_match_context *bounds;
    pcre2_match_data *match;
};

int
regex_compile(const char *text, uint32_t options, char *why, size_t size,
              pcre2_code **ret_code)
{
    const uint32_t all = options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                         PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL |
                         PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *limits =
        x_or_die(pcre2_compile_context_create(NULL));
    int error = 0;
    PCRE2_SIZE place = 0;

    (void)pcre2_set_parens_nest_limit(limits, NESTING_MOST);
    (void)pcre2_set_max_pattern_length(limits, TEXT_MOST);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                     all, &error, &place, limits);
    pcre2_compile_context_free(limits);
    if (!code) {
        PCRE2_UCHAR message[128] = "";
        (void)pcre2_get_error_message(error, message, sizeof(message));
        (void)snprintf(why, size, "%s at character %zu of \"%s\"",
                       (const char *)message, (size_t)place + 1, text);
        return -EINVAL;
    }
    *ret_code = code;
    return 0;
}

pcre2_match_context *
regex_bounds(void)
{
    pcre2_match_context *bounds = x_or_die(pcre2_match_context_create(NULL));

    (void)pcre2_set_match_limit(bounds, STEPS_MOST);
    (void)pcre2_set_depth_limit(bounds, DEPTH_MOST);
    (void)pcre2_set_heap_limit(bounds, HEAP_MOST_KIB);
    return bounds;
}

bool
regex_was_bounded(int rc)
{
    return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
           rc == PCRE2_ERROR_HEAPLIMIT;
}

/* Matching and replacing --------------------------------------------------- */

int
weir_regex_new(const char *text, char *why, size_t size,
               struct weir_regex **ret_regex)
{
    pcre2_code *code = NULL;

    int rc = regex_compile(text, 0, why, size, &code);
    if (rc < 0)
        return rc;
    struct weir_regex *self = xcalloc(1, sizeof(*self));
    self->code = code;
    self->match = x_or_die(pcre2_match_data_create_from_pattern(code, NULL));
    self->bounds = regex_bounds();
    *ret_regex = self;
    return 0;
}

void
weir_regex_destroy(struct weir_regex **self_p)
{
    struct weir_regex *self = weir_take(*self_p);

    if (!self)
        return;
    pcre2_match_data_free(self->match);
    pcre2_match_context_free(self->bounds);
    pcre2_code_free(self->code);
    free(self);
}

int
weir_regex_match(struct weir_regex *self, const char *text)
{
    int rc = pcre2_match(self->code, (PCRE2_SPTR)text, strlen(text), 0, 0,
                         self->match, self->bounds);

    return regex_was_bounded(rc) ? -E2BIG : rc >= 0;
}

/* The name of a group in a template. */
struct group {
    const char *name;
    size_t length;
};

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* Reads what stands after a dollar: "name" or "{name}".  Returns what follows,
 * or NULL when it names nothing. */
static const char *
read_group(const char *text, struct group *ret_group)
{
    bool braces = *text == '{';
    size_t length = 0;

    text += braces;
    while (is_word(text[length]))
        length++;
    if (length == 0 || (braces && text[length] != '}'))
        return NULL;
    *ret_group = (struct group){text, length};
    return text + length + braces;
}

/* Returns the number of a group, or -1 for none.  As in Go, digits that begin
 * with a superfluous 0 are no number. */
static int
find_group(const struct weir_regex *self, const struct group *group)
{
    char name[GROUP_NAME_MOST + 1];
    size_t digits = strspn(group->name, "0123456789");

    if (group->length >= sizeof(name))
        return -1;
    memcpy(name, group->name, group->length);
    name[group->length] = '\0';
    if (digits < group->length)
        return pcre2_substring_number_from_name(self->code, (PCRE2_SPTR)name);
    if (digits > DIGITS_MOST || (name[0] == '0' && digits > 1))
        return -1;
    return (int)strtol(name, NULL, 10);
}

static void
put_group(const struct weir_regex *self, const char *text,
          const struct group *group, FILE *out)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(self->match);
    int number = find_group(self, group);

    if (number < 0 || (uint32_t)number >= pcre2_get_ovector_count(self->match))
        return;
    PCRE2_SIZE start = ends[2 * number], end = ends[2 * number + 1];
    if (start != PCRE2_UNSET && end > start)
        (void)fwrite(text + start, 1, end - start, out);
}

char *
weir_regex_expand(const struct weir_regex *self, const char *text,
                  const char *template)
{
    char *result = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&result, &size));

    for (const char *at = template; *at;) {
        struct group group;
        const char *rest = *at == '$' ? read_group(at + 1, &group) : NULL;
        if (rest) {
            put_group(self, text, &group, out);
            at = rest;
            continue;
        }
        at += at[0] == '$' && at[1] == '$';
        (void)fputc(*at++, out);
    }
    (void)fclose(out);
    return x_or_die(result);
}
