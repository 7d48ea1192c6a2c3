/* naming.c - what a measurement, a field and a tag are called here, and back */
#include <config.h>

#include "naming.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

static const char escape[] = "U__";
static const char exported[] = "exported_";
static const char bare_field[] = "value";

enum { ESCAPE_LENGTH = sizeof(escape) - 1, POINT_SIZE = 16 };

static bool
is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
is_kept(char byte, bool colons)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           is_digit(byte) || (colons && byte == ':');
}

/* Says whether the text can be a name here, and means itself; 'colons' where a
 * name may have some. */
static bool
is_plain(const char *text, bool colons)
{
    if (is_digit(*text) || strncmp(text, escape, ESCAPE_LENGTH) == 0)
        return false;
    for (; *text; text++)
        if (*text != '_' && !is_kept(*text, colons))
            return false;
    return true;
}

/* Adds the text, escaped; returns the end, or NULL when it is no UTF-8. */
static char *
add_escaped(char *out, const char *text, bool colons)
{
    while (*text) {
        char point_text[POINT_SIZE];
        uint32_t point = 0;
        size_t length = utf8_read(text, &point);
        if (!length)
            return NULL;
        (void)snprintf(point_text, sizeof(point_text), "_%x_", (unsigned)point);
        if (*text == '_')
            out = stpcpy(out, "__");
        else if (is_kept(*text, colons))
            *out++ = *text;
        else
            out = stpcpy(out, point_text);
        text += length;
    }
    *out = '\0';
    return out;
}

int
naming_metric(const char *measurement, const char *field, char *out)
{
    bool bare = strcmp(field, bare_field) == 0;

    if (!*measurement || !*field)
        return -EBADMSG;
    char *end = stpcpy(out, measurement);
    if (!bare)
        (void)stpcpy(stpcpy(end, "_"), field);
    if (is_plain(out, true))
        return 0;
    end = add_escaped(stpcpy(out, escape), measurement, true);
    if (end && !bare)
        end = add_escaped(stpcpy(end, "__"), field, true);
    return end ? 0 : -EBADMSG;
}

bool
naming_needs_label(const char *measurement)
{
    return strchr(measurement, '_') != NULL;
}

/* Says whether the label is the database's, or a tag's that gave way to it. */
static bool
is_database(const char *label)
{
    while (strncmp(label, exported, sizeof(exported) - 1) == 0)
        label += sizeof(exported) - 1;
    return strcmp(label, NAMING_DATABASE) == 0;
}

int
naming_label(const char *tag, char *out)
{
    if (!*tag)
        return -EBADMSG;
    if (is_database(tag))
        out = stpcpy(out, exported);
    /* What begins with "__" is Prometheus', or ours. */
    if (is_plain(tag, false) && strncmp(tag, "__", 2) != 0) {
        (void)stpcpy(out, tag);
        return 0;
    }
    return add_escaped(stpcpy(out, escape), tag, false) ? 0 : -EBADMSG;
}

/* Writes a code point as UTF-8; returns the end, or NULL when it is none. */
static char *
add_point(char *out, uint32_t point)
{
    static const struct {
        uint32_t below;
        unsigned char lead;
        unsigned follow;
    } forms[] = {{0x80, 0, 0},
                 {0x800, 0xc0, 1},
                 {0x10000, 0xe0, 2},
                 {0x110000, 0xf0, 3}};

    for (size_t i = 0; point && i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (point >= forms[i].below)
            continue;
        *out++ = (char)(forms[i].lead | point >> (6 * forms[i].follow));
        for (unsigned n = forms[i].follow; n-- > 0;)
            *out++ = (char)(0x80 | (point >> (6 * n) & 0x3f));
        return out;
    }
    return NULL;
}

/* Reads "20_"; returns what stands behind it, or NULL. */
static const char *
read_point(const char *text, uint32_t *ret_point)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = strspn(text, digits);

    if (length == 0 || length > 6 || text[length] != '_')
        return NULL;
    *ret_point = 0;
    for (size_t i = 0; i < length; i++)
        *ret_point =
            *ret_point << 4 | (uint32_t)(strchr(digits, text[i]) - digits);
    return text + length + 1;
}

/* Takes the escapes back.  Returns false when they are none of ours. */
static bool
unescape(const char *name, char *out)
{
    char *end = out;

    if (strncmp(name, escape, ESCAPE_LENGTH) != 0)
        return false;
    name += ESCAPE_LENGTH;
    while (*name) {
        uint32_t point = '_';
        if (*name != '_') {
            *end++ = *name++;
            continue;
        }
        name = name[1] == '_' ? name + 2 : read_point(name + 1, &point);
        end = name ? add_point(end, point) : NULL;
        if (!end)
            return false;
    }
    *end = '\0';
    return true;
}

void
naming_split(const char *metric, const char *measurement, char *out,
             char *field)
{
    if (!unescape(metric, out))
        (void)stpcpy(out, metric);
    size_t length = measurement ? strlen(measurement) : strcspn(out, "_");
    bool fits =
        length && (!measurement || strncmp(out, measurement, length) == 0);

    (void)stpcpy(field, bare_field);
    if (!fits || out[length] != '_' || !out[length + 1])
        return;
    (void)stpcpy(field, out + length + 1);
    out[length] = '\0';
}

void
naming_tag(const char *label, char *out)
{
    if (is_database(label) && strcmp(label, NAMING_DATABASE) != 0)
        label += sizeof(exported) - 1;
    if (!unescape(label, out))
        (void)stpcpy(out, label);
}
