/* link/peer.c - one whose key is known: who it is and what it may */
#include <config.h>

#include "link/peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include <weir/storage.h>

#include "base.h"
#include "series.h"

static const char blanks[] = " \t";

/* A file that is being read. */
struct reading_peer {
    struct peer *self;
    struct arena *memory;
    struct peer_wrong *wrong;
};

static bool
fail(const struct reading_peer *with, const char *why)
{
    (void)snprintf(with->wrong->why, sizeof(with->wrong->why), "%s", why);
    return false;
}

static bool
read_key(const struct reading_peer *with, char *value)
{
    if (with->self->key_text[0])
        return fail(with, "a second key; give it a file of its own");
    if (!key_read(value, with->self->key))
        return fail(with, "a key is 64 hexadecimal digits");
    key_write(with->self->key, with->self->key_text);
    return true;
}

/* What may stand in a line of the log, and in an endpoint. */
static bool
is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";
    size_t length = strlen(name);

    return length && length < 256 && name[strspn(name, letters)] == '\0';
}

static bool
read_names(const struct reading_peer *with, char *value)
{
    struct peer *self = with->self;
    char *name = NULL;

    if (self->name_count)
        return fail(with, "a second line of names; write all in one");
    while ((name = strsep(&value, blanks))) {
        if (!*name)
            continue;
        if (!is_name(name) || self->name_count == PEER_NAMES_MOST)
            return fail(with, "at most 8 names of letters, digits, _ . : - "
                              "are due");
        self->names[self->name_count++] = arena_text(with->memory, name);
    }
    return true;
}

static bool
read_rights(const struct reading_peer *with, char *value)
{
    static const struct {
        const char *word;
        unsigned right;
    } rights[] = {{"write", PEER_WRITE}, {"read", PEER_READ}};
    char *word = NULL;

    while ((word = strsep(&value, blanks))) {
        size_t i = 0;
        while (i < ARRAY_SIZE(rights) && strcmp(rights[i].word, word) != 0)
            i++;
        if (i < ARRAY_SIZE(rights))
            with->self->rights |= rights[i].right;
        else if (*word)
            return fail(with, "rights are \"write\", \"read\", or both");
    }
    return true;
}

static bool
read_claim(const struct reading_peer *with, const char *label,
           const char *pattern)
{
    struct peer *self = with->self;
    struct peer_claim *claim = &self->claims[self->claim_count];

    if (self->claim_count == PEER_CLAIMS_MOST)
        return fail(with, "at most 16 claims; make one pattern of several");
    if (!series_label_name_valid(label))
        return fail(with, "claim LABEL = PATTERN is due");
    for (size_t i = 0; i < self->claim_count; i++)
        if (strcmp(self->claims[i].label, label) == 0)
            return fail(with, "a second claim on this label; make one "
                              "pattern of both");
    if (weir_pattern_new(pattern, with->wrong->why, sizeof(with->wrong->why),
                         &claim->pattern) < 0)
        return false;
    claim->label = arena_text(with->memory, label);
    self->claim_count++;
    return true;
}

static bool
read_limit(const struct reading_peer *with, const char *value,
           uint32_t *ret_limit)
{
    char *end = NULL;

    errno = 0;
    unsigned long limit = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno || limit < 1 ||
        limit > PEER_LIMIT_MOST)
        return fail(with, "a number from 1 to 1000000000 is due");
    *ret_limit = (uint32_t)limit;
    return true;
}

/* Returns the limit that is called so, or NULL. */
static uint32_t *
limit_called(struct peer_limits *limits, const char *name)
{
    const struct {
        const char *name;
        uint32_t *limit;
    } all[] = {{"connections", &limits->connections},
               {"streams", &limits->streams},
               {"layouts", &limits->layouts},
               {"series", &limits->series}};

    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].limit;
    return NULL;
}

static bool
read_line(const struct reading_peer *with, const struct keyline *line)
{
    static const struct {
        const char *name;
        bool (*read)(const struct reading_peer *with, char *value);
    } settings[] = {
        {"key", read_key}, {"name", read_names}, {"rights", read_rights}};
    static const char claim[] = "claim";
    const char *behind = line->name + sizeof(claim) - 1;

    uint32_t *limit = limit_called(&with->self->limits, line->name);

    for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
        if (strcmp(settings[i].name, line->name) == 0)
            return settings[i].read(with, line->value);
    if (limit)
        return read_limit(with, line->value, limit);
    if (strncmp(line->name, claim, sizeof(claim) - 1) == 0 && *behind &&
        strchr(blanks, *behind))
        return read_claim(with, behind + strspn(behind, blanks), line->value);
    if (strcmp(line->name, "private") == 0)
        return fail(with, "this is a private key; take it out of this folder, "
                          "and make a new one if others could read it");
    return fail(with, "key, name, rights, claim LABEL, connections, streams, "
                      "layouts or series is due");
}

/* Without names it is called as its file. */
static bool
name_by_file(const struct reading_peer *with, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    struct peer *self = with->self;

    if (self->name_count)
        return true;
    self->names[0] = arena_bytes(with->memory, base,
                                 dot ? (size_t)(dot - base) : strlen(base));
    self->name_count = 1;
    return is_name(self->names[0]) ||
           fail(with, "the file's name is none for a peer; add a line \"name "
                      "= ...\"");
}

static int
read_lines(const struct reading_peer *with, const char *text)
{
    struct keyline line = {.rest = arena_text(with->memory, text)};
    int rc = 0;

    while ((rc = keyline_next(&line)) > 0) {
        with->wrong->line = line.number;
        if (!read_line(with, &line))
            return -EBADMSG;
    }
    with->wrong->line = rc < 0 ? line.number : 0;
    if (rc < 0)
        (void)fail(with, "NAME = VALUE is due");
    return rc;
}

int
peer_read(struct peer *self, const char *file, const char *text,
          struct arena *memory, struct peer_wrong *reterr_wrong)
{
    const struct reading_peer with = {self, memory, reterr_wrong};

    *self = (struct peer){
        .file = arena_text(memory, file),
        .limits = {PEER_CONNECTIONS, PEER_STREAMS, PEER_LAYOUTS, PEER_SERIES}};
    self->version = XXH64(text, strlen(text), XXH64(file, strlen(file), 0));
    int rc = read_lines(&with, text);
    if (rc < 0)
        return rc;
    if (!self->key_text[0]) {
        (void)fail(&with, "there is no key; add a line \"key = ...\"");
        return -EBADMSG;
    }
    if (!name_by_file(&with, file))
        return -EBADMSG;
    self->name = self->names[0];
    return 0;
}

void
peer_fini(struct peer *self)
{
    for (size_t i = 0; i < PEER_CLAIMS_MOST; i++)
        weir_pattern_destroy(&self->claims[i].pattern);
    self->claim_count = 0;
}

bool
peer_is_called(const struct peer *self, const char *name)
{
    for (size_t i = 0; i < self->name_count; i++)
        if (strcasecmp(self->names[i], name) == 0)
            return true;
    return false;
}

const struct weir_label *
peer_overclaims(const struct peer *self, const struct weir_series *series)
{
    for (const struct weir_label *label = series->labels; label && label->name;
         label++)
        for (size_t i = 0; i < self->claim_count; i++) {
            const struct weir_matcher matcher = {label->name, WEIR_LIKE, NULL,
                                                 self->claims[i].pattern};
            if (strcmp(self->claims[i].label, label->name) == 0 &&
                !weir_matches(&matcher, label->value))
                return label;
        }
    return NULL;
}
