/* query/replacer.c - a pattern and what replaces what it matches */
#include <config.h>

#include "query/replacer.h"

#include <stdbool.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <weir/cleanup.h>

#include "base.h"

/* As those of conditions on labels; see core/pattern.c. */
enum {
    PATTERN_MOST = 16384,
    STEPS_MOST = 250000,
    DEPTH_MOST = 50000,
    HEAP_MOST_KIB = 8192,
    NESTING_MOST = 100,
};

enum { GROUP_NAME_MOST = 64 };

struct replacer {
    char *template;
    pcre2_code *code;
    pcre2_match_context *bounds;
    pcre2_match_data *match;
};

static pcre2_code *
compile(const char *pattern)
{
    const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                             PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL |
                             PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *limits =
        x_or_die(pcre2_compile_context_create(NULL));
    int error = 0;
    PCRE2_SIZE place = 0;

    (void)pcre2_set_parens_nest_limit(limits, NESTING_MOST);
    (void)pcre2_set_max_pattern_length(limits, PATTERN_MOST);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                     options, &error, &place, limits);
    pcre2_compile_context_free(limits);
    return code;
}

struct replacer *
replacer_new(const char *pattern, const char *template)
{
    pcre2_code *code = compile(pattern);

    if (!code)
        return NULL;
    struct replacer *self = xcalloc(1, sizeof(*self));
    self->code = code;
    self->template = x_or_die(strdup(template));
    self->match =
        x_or_die(pcre2_match_data_create_from_pattern(self->code, NULL));
    self->bounds = x_or_die(pcre2_match_context_create(NULL));
    (void)pcre2_set_match_limit(self->bounds, STEPS_MOST);
    (void)pcre2_set_depth_limit(self->bounds, DEPTH_MOST);
    (void)pcre2_set_heap_limit(self->bounds, HEAP_MOST_KIB);
    return self;
}

void
replacer_destroy(struct replacer **self_p)
{
    struct replacer *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    free(self->template);
    pcre2_match_data_free(self->match);
    pcre2_match_context_free(self->bounds);
    pcre2_code_free(self->code);
    free(self);
}

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* Reads what stands after a dollar: "name" or "{name}".  Returns what follows,
 * or NULL when it names nothing. */
static const char *
read_group(const char *text, char name[GROUP_NAME_MOST])
{
    bool braces = *text == '{';
    size_t length = 0;

    text += braces;
    while (is_word(text[length]))
        length++;
    if (length == 0 || length >= GROUP_NAME_MOST ||
        (braces && text[length] != '}'))
        return NULL;
    memcpy(name, text, length);
    name[length] = '\0';
    return text + length + braces;
}

/* Returns the number of a group; or -1, which is empty, for none. */
static int
find_group(const struct replacer *self, const char *name)
{
    size_t digits = strspn(name, "0123456789");

    if (name[digits] == '\0')
        return digits > 6 ? -1 : (int)strtol(name, NULL, 10);
    return pcre2_substring_number_from_name(self->code, (PCRE2_SPTR)name);
}

static void
put_group(const struct replacer *self, const char *text, const char *name,
          FILE *out)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(self->match);
    int group = find_group(self, name);

    if (group < 0 || (uint32_t)group >= pcre2_get_ovector_count(self->match))
        return;
    PCRE2_SIZE start = ends[2 * group], end = ends[2 * group + 1];
    if (start != PCRE2_UNSET && end > start)
        (void)fwrite(text + start, 1, end - start, out);
}

char *
replacer_replace(const struct replacer *self, const char *text)
{
    char *result = NULL;
    size_t size = 0;

    if (pcre2_match(self->code, (PCRE2_SPTR)text, strlen(text), 0, 0,
                    self->match, self->bounds) < 0)
        return NULL;
    FILE *out = x_or_die(open_memstream(&result, &size));
    for (const char *at = self->template; *at;) {
        char name[GROUP_NAME_MOST];
        const char *rest = *at == '$' ? read_group(at + 1, name) : NULL;
        if (rest) {
            put_group(self, text, name, out);
            at = rest;
            continue;
        }
        at += at[0] == '$' && at[1] == '$';
        (void)fputc(*at++, out);
    }
    (void)fclose(out);
    return x_or_die(result);
}
