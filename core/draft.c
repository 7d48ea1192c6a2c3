/* draft.c - an input, storage, report or link as its statement has it */
#include <config.h>

#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "endpoint.h"
#include "section.h"
#include "series.h"
#include "textfile.h"

enum { NAME_MOST = 63, SPOOL_LEAST = 4 << 20 };

static const char *const kinds[] = {
    [DRAFT_LINK] = "link",
    [WEIR_KIND_INPUT] = "input",
    [WEIR_KIND_STORAGE] = "storage",
    [WEIR_KIND_REPORT] = "report",
};

const char *
draft_kind(int kind)
{
    return kinds[kind];
}

void
draft_fail(struct draft *self, struct complaints *into, const char *format, ...)
{
    char why[512];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(why, sizeof(why), format, values);
    va_end(values);
    self->broken = true;
    const char *title = self->statement->title;
    struct place at = {self->statement->file, self->statement->line};
    complaints_error(into, at, "%s%s%s: %s", draft_kind(self->kind),
                     title ? " " : "", title ? title : "", why);
}

static bool
is_name(const char *text, size_t length, const char *also)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

    for (size_t i = 0; i < length; i++)
        if (!strchr(letters, text[i]) && !strchr(also, text[i]))
            return false;
    return length > 0 && length <= NAME_MOST;
}

/* Reads "plugin", "plugin:instance", or a link's name. */
static bool
read_title(struct draft *self, const struct drafting *with)
{
    const char *title = self->statement->title ? self->statement->title : "";
    const char *colon = strchr(title, ':');
    bool link = self->kind == DRAFT_LINK;
    size_t length = colon ? (size_t)(colon - title) : strlen(title);

    self->name = arena_text(with->memory, colon && !link ? colon + 1 : title);
    if (!link)
        self->plugin = arena_bytes(with->memory, title, length);
    if (self->statement->body && (link || is_name(title, length, "")) &&
        is_name(self->name, strlen(self->name), ".-"))
        return true;
    draft_fail(self, with->into,
               link ? "write link NAME { ... }, NAME of a-z 0-9 _ . -"
                    : "write %s PLUGIN { ... } or %s PLUGIN:NAME { ... }, both "
                      "of a-z 0-9 _, NAME also of . -",
               draft_kind(self->kind), draft_kind(self->kind));
    return false;
}

/* The instance's own labels win. */
static void
merge_labels(struct draft *self, const struct drafting *with)
{
    const struct weir_map *global = &with->globals->labels;
    struct weir_map *own = &self->commons.labels;
    struct weir_label *labels = arena_alloc(
        with->memory, (global->count + own->count + 1) * sizeof(*labels));
    size_t count = own->count;

    if (self->kind != WEIR_KIND_INPUT)
        return;
    if (count)
        memcpy(labels, own->labels, count * sizeof(*labels));
    for (size_t i = 0; i < global->count; i++)
        if (count == 0 || !labels_get(labels, global->labels[i].name))
            labels[count++] = global->labels[i];
    labels_sort(labels);
    *own = (struct weir_map){count, labels};
}

static void
check_times(struct draft *self, const struct drafting *with)
{
    struct commons *commons = &self->commons;
    int64_t interval_ns = commons->interval.ns;

    if (interval_ns < 10 * NS_PER_MS)
        draft_fail(self, with->into, "the interval must be at least 10ms");
    if (commons->timeout.ns > interval_ns)
        draft_fail(self, with->into,
                   "the timeout is longer than the interval; shorten it");
    if (commons->timeout.ns < 0)
        commons->timeout = with->globals->timeout;
    if (commons->timeout.ns == 0 || commons->timeout.ns > interval_ns)
        commons->timeout.ns = interval_ns;
    if (commons->jitter.ns > interval_ns)
        commons->jitter.ns = interval_ns;
}

/* Where there are keys, all tcp:// asks for them, and a link must know the one
 * of the host that it connects to. */
static void
check_key(struct draft *self, const struct weir_list *list, size_t nth,
          const struct endpoint *endpoint, const struct drafting *with)
{
    const char *text = list->items[nth];

    if (!with->peers && !endpoint_is_local(endpoint))
        draft_fail(self, with->into,
                   "%s reaches beyond this host, without encryption or keys; "
                   "set key and peers (weir key makes a key), or write "
                   "insecure = true to allow that",
                   text);
    if (with->roll && endpoint->scheme == ENDPOINT_TCP &&
        list == &self->commons.connect &&
        !roll_find_name(with->roll, endpoint->host, 0))
        draft_fail(self, with->into,
                   "%s: no peer in %s is called %s; put its public key there "
                   "as %s.pub, or write insecure = true",
                   text, with->peers, endpoint->host, endpoint->host);
}

static void
check_endpoints(struct draft *self, const struct weir_list *list,
                const struct drafting *with)
{
    for (size_t i = 0; i < list->count; i++) {
        struct endpoint endpoint;
        if (!endpoint_parse(list->items[i], &endpoint) ||
            endpoint.scheme == ENDPOINT_UDP)
            draft_fail(self, with->into, ENDPOINT_WHY ", not \"%s\"",
                       list->items[i]);
        else if (!self->commons.insecure)
            check_key(self, list, i, &endpoint, with);
    }
}

static void
check_spool(struct draft *self, const struct drafting *with)
{
    const struct spool_options *spool = self->commons.spool.items;

    if (self->commons.spool.count > 1)
        draft_fail(self, with->into, "there are two spools; remove one");
    else if (spool && spool->size.bytes < SPOOL_LEAST)
        draft_fail(self, with->into, "spool: the size must be at least 4M");
}

static void
set_defaults(struct draft *self, const struct drafting *with,
             const struct option_place *place)
{
    struct commons *commons = &self->commons;

    option_defaults(commons_options(draft_kind(self->kind)), commons, place);
    commons->interval = with->globals->interval;
    commons->jitter = with->globals->jitter;
    commons->timeout.ns = -1;
    commons->log_level = with->globals->log_level;
    if (self->head) {
        const struct weir_plugin *plugin = self->head->plugin;
        self->memory = arena_alloc(with->memory, plugin->instance_size + 1);
        option_defaults(plugin->options, self->memory, place);
    }
}

static void
read_body(struct draft *self, const struct drafting *with,
          const struct option_place *place)
{
    const struct statement *statement = self->statement;
    char what[3 * NAME_MOST];
    struct section_part parts[] = {
        {commons_options(draft_kind(self->kind)), &self->commons},
        {self->head ? self->head->plugin->options : NULL, self->memory},
    };
    struct section section = {
        .at = {statement->file, statement->line},
        .what = what,
        .text = statement->body,
        .text_line = statement->body_line,
        .parts = parts,
        .part_count = self->head ? 2 : 1,
        .place = *place,
        .into = with->into,
    };

    (void)snprintf(what, sizeof(what), "%s %s", draft_kind(self->kind),
                   self->statement->title);
    if (section_read(&section) < 0)
        self->broken = true;
}

static void
find_plugin(struct draft *self, const struct drafting *with)
{
    const char *why = "there is no such plugin";

    self->head =
        with->find(with->arg, (enum weir_kind)self->kind, self->plugin, &why);
    if (!self->head)
        draft_fail(self, with->into, "%s", why);
}

void
draft_init(struct draft *self, const struct statement *statement, int kind,
           const struct drafting *with)
{
    *self = (struct draft){
        .statement = statement, .kind = kind, .broken = statement->broken};
    self->commons.enabled = true;

    /* Inputs and links read files; storages and reports write them. */
    bool writes = kind == WEIR_KIND_STORAGE || kind == WEIR_KIND_REPORT;
    self->folder =
        writes ? with->state : textfile_folder(statement->file, with->memory);
    if (!read_title(self, with))
        return;
    if (kind != DRAFT_LINK)
        find_plugin(self, with);
    struct option_place place = {self->folder, with->memory, with->state};
    set_defaults(self, with, &place);
    if (statement->broken || (kind != DRAFT_LINK && !self->head))
        return;
    read_body(self, with, &place);
    merge_labels(self, with);
    check_times(self, with);
    check_endpoints(self, &self->commons.listen, with);
    check_endpoints(self, &self->commons.connect, with);
    check_spool(self, with);
    if (kind == DRAFT_LINK)
        draft_check_stores(self, with);
}

void
draft_fini(struct draft *self)
{
    weir_pattern_destroy(&self->commons.keep);
    weir_pattern_destroy(&self->commons.drop);
    if (self->head && self->memory)
        option_fini(self->head->plugin->options, self->memory);
    self->memory = NULL;
}
