/* groupfile.c - a file of targets, as Prometheus' file_sd takes it
 *
 * libyaml tells what it reads as events, each with its line.  Nothing nests
 * deeper than is expected here, and there are no aliases, so that a small file
 * cannot become large.
 */
#include <config.h>

#include "groupfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include <weir/cleanup.h>

#include "rule.h"

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    struct findings *into;
    struct groupfile_fault *fault;
};

/* What one item of the list says. */
struct group {
    struct findings targets; /* each with its address alone */
    struct findings labels;  /* one set */
    bool has_targets, has_labels;
};

static void
group_fini(struct group *self)
{
    findings_fini(&self->targets);
    findings_fini(&self->labels);
}

static void
reader_fini(struct reader *self)
{
    yaml_event_delete(&self->event);
    yaml_parser_delete(&self->parser);
}

__attribute__((format(printf, 2, 3))) static int
fail(struct reader *self, const char *format, ...)
{
    va_list rest;

    self->fault->line = self->event.start_mark.line + 1;
    va_start(rest, format);
    (void)vsnprintf(self->fault->why, sizeof(self->fault->why), format, rest);
    va_end(rest);
    return -EBADMSG;
}

/* Moves on to the next event. */
static int
advance(struct reader *self)
{
    yaml_event_delete(&self->event);
    if (yaml_parser_parse(&self->parser, &self->event))
        return 0;
    const char *why = self->parser.problem;
    size_t line = self->parser.problem_mark.line;
    if (self->parser.error == YAML_READER_ERROR)
        line = self->parser.mark.line;
    (void)fail(self, "%s", why ? why : "it cannot be read");
    self->fault->line = line + 1;
    return -EBADMSG;
}

static int
expect(struct reader *self, yaml_event_type_t type, const char *what)
{
    int rc = advance(self);

    if (rc == 0 && self->event.type != type)
        rc = fail(self, "here belongs %s", what);
    return rc;
}

/* Returns the text of the current event, or NULL when it is none, or has a
 * '\0' inside. */
static const char *
scalar(const struct reader *self)
{
    const char *text = (const char *)self->event.data.scalar.value;

    if (self->event.type != YAML_SCALAR_EVENT ||
        strlen(text) != self->event.data.scalar.length)
        return NULL;
    return text;
}

/* Says whether the scalar stands for nothing, which YAML writes in some ways.
 */
static bool
is_null(const struct reader *self)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    const char *text = scalar(self);

    if (!text || !self->event.data.scalar.plain_implicit)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

static int
add_label(struct reader *self, struct findings *list, struct labelset *set,
          const char *name, const char *value)
{
    int rc = findings_label(list, set, name, value);

    if (rc == -ENAMETOOLONG)
        return fail(self, "label \"%.32s\" or its value is too long", name);
    return rc < 0 ? fail(self, "there are too many targets") : 0;
}

static int
read_target(struct reader *self, struct group *group)
{
    struct labelset *set = NULL;
    const char *address = scalar(self);

    if (!address || !*address)
        return fail(self, "a target is a text such as \"10.0.0.7:9100\"");
    if (findings_add(&group->targets, &set) < 0)
        return fail(self, "there are too many targets");
    return add_label(self, &group->targets, set, "__address__", address);
}

static int
read_targets(struct reader *self, struct group *group)
{
    int rc = advance(self);

    if (rc == 0 && group->has_targets)
        return fail(self, "\"targets\" comes twice");
    group->has_targets = true;
    if (rc < 0 || is_null(self))
        return rc;
    if (self->event.type != YAML_SEQUENCE_START_EVENT)
        return fail(self, "\"targets\" is a list of texts");
    while ((rc = advance(self)) == 0 &&
           self->event.type != YAML_SEQUENCE_END_EVENT)
        if ((rc = read_target(self, group)) < 0)
            break;
    return rc;
}

static int
read_label(struct reader *self, struct group *group)
{
    weir_cleanup(weir_free) char *name = NULL;
    const char *text = scalar(self);

    if (!text || !rule_may_name(text))
        return fail(self, "\"%.32s\" is no name of a label", text ? text : "");
    name = strdup(text);
    if (!name)
        return -ENOMEM;
    int rc = advance(self);
    if (rc < 0)
        return rc;
    text = is_null(self) ? "" : scalar(self);
    if (!text)
        return fail(self, "the value of label \"%.32s\" is no text", name);
    return add_label(self, &group->labels, group->labels.items[0], name, text);
}

static int
read_labels(struct reader *self, struct group *group)
{
    int rc = advance(self);

    if (rc == 0 && group->has_labels)
        return fail(self, "\"labels\" comes twice");
    group->has_labels = true;
    if (rc < 0 || is_null(self))
        return rc;
    if (self->event.type != YAML_MAPPING_START_EVENT)
        return fail(self, "\"labels\" is a map of texts");
    while ((rc = advance(self)) == 0 &&
           self->event.type != YAML_MAPPING_END_EVENT)
        if ((rc = read_label(self, group)) < 0)
            break;
    return rc;
}

/* Adds the group's labels to each of its targets. */
static int
add_group(struct reader *self, const struct group *group)
{
    for (size_t i = 0; i < group->targets.count; i++) {
        struct labelset *set = NULL;
        const char *address =
            labelset_get(group->targets.items[i], "__address__");
        if (findings_copy(self->into, group->labels.items[0], &set) < 0)
            return fail(self, "there are too many targets");
        int rc = add_label(self, self->into, set, "__address__", address);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int
read_fields(struct reader *self, struct group *group)
{
    int rc = 0;

    while (rc == 0 && (rc = advance(self)) == 0 &&
           self->event.type != YAML_MAPPING_END_EVENT) {
        const char *key = scalar(self);
        if (key && strcmp(key, "targets") == 0)
            rc = read_targets(self, group);
        else if (key && strcmp(key, "labels") == 0)
            rc = read_labels(self, group);
        else
            rc = fail(self, "\"%.32s\" is neither targets nor labels",
                      key ? key : "");
    }
    return rc;
}

static int
read_group(struct reader *self)
{
    weir_cleanup(group_fini) struct group group = {0};
    struct labelset *labels = NULL;

    if (self->event.type != YAML_MAPPING_START_EVENT)
        return fail(self, "here belongs a group: targets and labels");
    int rc = findings_add(&group.labels, &labels);
    if (rc == 0)
        rc = read_fields(self, &group);
    return rc < 0 ? rc : add_group(self, &group);
}

static int
read_groups(struct reader *self)
{
    int rc = expect(self, YAML_STREAM_START_EVENT, "a text");

    if (rc == 0)
        rc = advance(self);
    if (rc < 0 || self->event.type == YAML_STREAM_END_EVENT)
        return rc;
    rc = advance(self); /* past the document's start */
    if (rc < 0 || is_null(self))
        return rc;
    if (self->event.type != YAML_SEQUENCE_START_EVENT)
        return fail(self, "here belongs a list of groups");
    while (rc == 0 && (rc = advance(self)) == 0 &&
           self->event.type != YAML_SEQUENCE_END_EVENT)
        rc = read_group(self);
    if (rc == 0)
        rc = expect(self, YAML_DOCUMENT_END_EVENT, "nothing more");
    return rc < 0 ? rc : expect(self, YAML_STREAM_END_EVENT, "nothing more");
}

int
groupfile_read(const char *text, size_t size, struct findings *into,
               struct groupfile_fault *reterr_fault)
{
    weir_cleanup(reader_fini) struct reader reader = {.into = into,
                                                      .fault = reterr_fault};

    *reterr_fault = (struct groupfile_fault){.line = 1};
    if (!yaml_parser_initialize(&reader.parser))
        return -ENOMEM;
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text,
                                 size);
    return read_groups(&reader);
}
