/* pattern.c - whether a regular expression is one; see pattern.h */
#include <config.h>

#include "pattern.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>

#include "base.h"
#include "utf8.h"

enum { REPEAT_MOST = 1000 };

struct walk {
    const char *text, *at;
    const char *repeat; /* the operator just before 'at'; or NULL */
    bool has_item;      /* there is something to repeat */
    size_t depth;
    struct pattern_fault *fault;
};

static int
fault(struct walk *self, const char *what, const char *from, const char *to)
{
    *self->fault = (struct pattern_fault){what, from, (int)(to - from)};
    return -EINVAL;
}

static int
fault_all(struct walk *self, const char *what)
{
    return fault(self, what, self->text, self->text + strlen(self->text));
}

/* Passes an item that may be repeated. */
static int
pass(struct walk *self, const char *behind)
{
    self->at = behind;
    self->has_item = true;
    self->repeat = NULL;
    return 0;
}

static int
repeat(struct walk *self, const char *behind)
{
    const char *start = self->at;

    if (*behind == '?')
        behind++;
    if (!self->has_item)
        return fault(self, "missing argument to repetition operator", start,
                     behind);
    if (self->repeat)
        return fault(self, "invalid nested repetition operator", self->repeat,
                     behind);
    self->at = behind;
    self->repeat = start;
    return 0;
}

/* Reads digits; -1 when there are none, and what is too big is just that. */
static int
read_count(const char **at)
{
    int count = isdigit((unsigned char)**at) ? 0 : -1;

    for (; isdigit((unsigned char)**at); (*at)++)
        if (count <= REPEAT_MOST)
            count = count * 10 + (**at - '0');
    return count;
}

/* "{2}", "{2,}" and "{2,3}" repeat; another '{' is itself. */
static int
check_brace(struct walk *self)
{
    const char *behind = self->at + 1;
    int least = read_count(&behind);
    int most = least;

    if (least >= 0 && *behind == ',') {
        behind++;
        most = read_count(&behind);
    }
    if (least < 0 || *behind != '}')
        return pass(self, self->at + 1);
    behind++;
    if (least > REPEAT_MOST || most > REPEAT_MOST ||
        (most >= 0 && most < least))
        return fault(self, "invalid repeat count", self->at, behind);
    return repeat(self, behind);
}

/* "(?P<name>", whose name is letters, digits and '_'. */
static int
check_name(struct walk *self)
{
    const char *name = strchr(self->at, '<') + 1;
    const char *end = strchr(name, '>');

    if (!end)
        return fault(self, "invalid named capture", self->at,
                     self->at + strlen(self->at));
    for (const char *at = name; at < end; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return fault(self, "invalid named capture", self->at, end + 1);
    if (end == name)
        return fault(self, "invalid named capture", self->at, end + 1);
    self->depth++;
    self->has_item = false;
    self->repeat = NULL;
    self->at = end + 1;
    return 0;
}

/* "(?i)" and "(?i:"; a '-' takes flags back. */
static int
check_flags(struct walk *self)
{
    const char *at = self->at + 2;

    while (*at && strchr("imsU-", *at))
        at++;
    if (*at != ':' && *at != ')')
        return fault(self, "invalid or unsupported Perl syntax", self->at,
                     at + (*at != '\0'));
    if (*at == ':') {
        self->depth++;
        self->has_item = false;
    }
    self->repeat = NULL;
    self->at = at + 1;
    return 0;
}

static int
open_group(struct walk *self)
{
    if (strncmp(self->at, "(?P<", 4) == 0)
        return check_name(self);
    if (self->at[1] == '?')
        return check_flags(self);
    self->depth++;
    self->has_item = false;
    self->repeat = NULL;
    self->at++;
    return 0;
}

static int
close_group(struct walk *self)
{
    if (self->depth == 0)
        return fault_all(self, "unexpected )");
    self->depth--;
    return pass(self, self->at + 1);
}

/* Passes "\x" and such, or "\Q...\E". */
static int
check_escape(struct walk *self)
{
    const char *letter = self->at + 1;

    if (!*letter)
        return fault(self, "trailing backslash at end of expression", letter,
                     letter);
    if (*letter == 'Q') {
        const char *end = strstr(letter, "\\E");
        return pass(self, end ? end + 2 : letter + strlen(letter));
    }
    bool is_octal = *letter == '0' || (*letter >= '1' && *letter <= '7' &&
                                       letter[1] >= '0' && letter[1] <= '7');
    if (isalnum((unsigned char)*letter) && !is_octal &&
        !strchr("afnrtvxdDsSwWbBAzpP", *letter))
        return fault(self, "invalid escape sequence", self->at, letter + 1);
    return pass(self, letter + 1);
}

static const char *const classes[] = {
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
    "lower", "print", "punct", "space", "upper", "word",  "xdigit",
};

/* Reads "[:name:]" within a class.  Returns what is behind it, NULL with a
 * fault, or 'at' when there is none. */
static const char *
check_posix(struct walk *self, const char *at)
{
    const char *end = strncmp(at, "[:", 2) == 0 ? strstr(at + 2, ":]") : NULL;

    if (!end)
        return at;
    const char *name = at[2] == '^' ? at + 3 : at + 2;
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (strlen(classes[i]) == (size_t)(end - name) &&
            memcmp(classes[i], name, strlen(classes[i])) == 0)
            return end + 2;
    (void)fault(self, "invalid character class range", at, end + 2);
    return NULL;
}

/* Reads a character, or a range from it to another.  As check_member(). */
static const char *
check_range(struct walk *self, const char *at)
{
    uint32_t first = 0;
    uint32_t last = 0;
    size_t size = utf8_read(at, &first);

    const char *end = at + (size ? size : 1);
    if (end[0] != '-' || !end[1] || end[1] == ']' || end[1] == '\\')
        return end;
    size = utf8_read(end + 1, &last);
    end += 1 + (size ? size : 1);
    if (last >= first)
        return end;
    (void)fault(self, "invalid character class range", at, end);
    return NULL;
}

/* Reads a member of a class, or a range.  Returns what is behind it, or NULL
 * with a fault. */
static const char *
check_member(struct walk *self, const char *at)
{
    const char *behind = check_posix(self, at);

    if (behind != at)
        return behind;
    if (*at == '\\') {
        struct walk inner = *self;
        inner.at = at;
        return check_escape(&inner) < 0 ? NULL : inner.at;
    }
    return check_range(self, at);
}

static int
check_class(struct walk *self)
{
    const char *at = self->at + 1;

    if (*at == '^')
        at++;
    for (bool is_first = true; *at && (*at != ']' || is_first);
         is_first = false) {
        at = check_member(self, at);
        if (!at)
            return -EINVAL;
    }
    if (!*at)
        return fault(self, "missing closing ]", self->at,
                     self->at + strlen(self->at));
    return pass(self, at + 1);
}

static int
check_one(struct walk *self)
{
    switch (*self->at) {
    case '(':
        return open_group(self);
    case ')':
        return close_group(self);
    case '[':
        return check_class(self);
    case '\\':
        return check_escape(self);
    case '*':
    case '+':
    case '?':
        return repeat(self, self->at + 1);
    case '{':
        return check_brace(self);
    case '|':
        (void)pass(self, self->at + 1);
        self->has_item = false;
        return 0;
    default:
        return pass(self, self->at + 1);
    }
}

int
pattern_check(const char *text, struct pattern_fault *ret_fault)
{
    struct walk self = {.text = text, .at = text, .fault = ret_fault};

    while (*self.at) {
        int rc = check_one(&self);
        if (rc < 0)
            return rc;
    }
    return self.depth ? fault_all(&self, "missing closing )") : 0;
}
