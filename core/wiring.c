/* wiring.c - what only the whole of a configuration shows */
#include <config.h>

#include "wiring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "endpoint.h"
#include "option.h"

/* Somebody who wants an address for himself. */
struct listener {
    struct endpoint endpoint;
    const char *text;
    struct place at;
};

static struct place
place_of(const struct draft *draft)
{
    return (struct place){draft->statement->file, draft->statement->line};
}

static bool
is_store(const struct draft *draft)
{
    return draft->kind == WEIR_KIND_STORAGE || draft->kind == DRAFT_LINK;
}

static bool
is_candidate(const struct draft *draft)
{
    return is_store(draft) && draft->commons.enabled && draft->name;
}

static struct draft *
find_store(const struct wiring *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (is_store(&self->drafts[i]) && self->drafts[i].name &&
            strcmp(self->drafts[i].name, name) == 0)
            return &self->drafts[i];
    return NULL;
}

/* Returns the names of all candidates, ended by NULL. */
static const char **
candidates(const struct wiring *self, size_t *ret_count)
{
    const char **names =
        arena_alloc(self->memory, (self->count + 1) * sizeof(*names));
    size_t count = 0;

    for (size_t i = 0; i < self->count; i++)
        if (is_candidate(&self->drafts[i]))
            names[count++] = self->drafts[i].name;
    *ret_count = count;
    return names;
}

/* Returns "a", "b", "c" as one text. */
static const char *
quoted(const struct wiring *self, const char *const *names)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; names[i]; i++)
        (void)fprintf(out, "%s\"%s\"", i ? ", " : "", names[i]);
    (void)fclose(out);
    return arena_text(self->memory, text);
}

static const char *
word_of(const struct draft *draft)
{
    return draft->kind == WEIR_KIND_INPUT ? "to" : "from";
}

/* Nothing is named: that is fine where there is only one to choose. */
static void
choose(const struct wiring *self, struct draft *draft)
{
    size_t count = 0;
    const char **names = candidates(self, &count);

    if (count == 1) {
        struct draft *only = find_store(self, names[0]);
        if (only)
            only->used = true;
        draft->stores = (struct weir_list){1, names};
        return;
    }
    if (count == 0)
        draft_fail(draft, self->into,
                   "there is no storage to %s; add a storage or a link",
                   draft->kind == WEIR_KIND_INPUT ? "send to" : "ask");
    else
        draft_fail(draft, self->into,
                   "there are several stores; say %s = {...} with some of %s",
                   word_of(draft), quoted(self, names));
}

static bool
has(const struct weir_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static void
refuse_store(const struct wiring *self, struct draft *draft, const char *name,
             bool known)
{
    size_t count = 0;
    const char **names = candidates(self, &count);
    const char *near = option_nearest(name, names);

    if (known)
        draft_fail(draft, self->into,
                   "%s: \"%s\" is not enabled; enable it, or name another",
                   word_of(draft), name);
    else if (near)
        draft_fail(draft, self->into,
                   "%s: there is no storage or link \"%s\"; \"%s\" is near",
                   word_of(draft), name, near);
    else
        draft_fail(draft, self->into,
                   "%s: there is no storage or link \"%s\"; there %s %s",
                   word_of(draft), name, count == 1 ? "is" : "are",
                   count ? quoted(self, names) : "none");
}

/* Resolves the names in 'to' or 'from'; one that comes twice counts once. */
static void
resolve(const struct wiring *self, struct draft *draft)
{
    const struct weir_list *named = draft->kind == WEIR_KIND_INPUT
                                        ? &draft->commons.to
                                        : &draft->commons.from;
    const char **names =
        arena_alloc(self->memory, (named->count + 1) * sizeof(*names));

    if (named->count == 0) {
        choose(self, draft);
        return;
    }
    draft->stores.items = names;
    for (size_t i = 0; i < named->count; i++) {
        struct draft *store = find_store(self, named->items[i]);
        if (!store || !store->commons.enabled) {
            refuse_store(self, draft, named->items[i], store != NULL);
            continue;
        }
        store->used = true;
        if (!has(&draft->stores, store->name))
            names[draft->stores.count++] = store->name;
    }
}

/* The names of an instance that is broken are not known. */
static void
resolve_all(const struct wiring *self)
{
    bool unsure = false;

    for (size_t i = 0; i < self->count; i++) {
        struct draft *draft = &self->drafts[i];
        if (is_store(draft) || !draft->commons.enabled)
            continue;
        unsure = unsure || draft->broken;
        if (!draft->broken)
            resolve(self, draft);
    }
    for (size_t i = 0; i < self->count && !unsure; i++) {
        const struct draft *draft = &self->drafts[i];
        if (is_candidate(draft) && !draft->broken && !draft->used &&
            draft->commons.listen.count == 0)
            complaints_warning(self->into, place_of(draft),
                               "nothing uses %s %s; remove it, or name it in "
                               "a \"to\" or \"from\"",
                               draft_kind(draft->kind), draft->name);
    }
}

static void
check_names(const struct wiring *self)
{
    for (size_t i = 0; i < self->count; i++)
        for (size_t j = 0; j < i; j++) {
            struct draft *second = &self->drafts[i];
            const struct draft *first = &self->drafts[j];
            bool together = first->kind == second->kind ||
                            (is_store(first) && is_store(second));
            if (!together || !*first->name ||
                strcmp(first->name, second->name) != 0)
                continue;
            draft_fail(second, self->into,
                       "this name is taken by %s %s (%s:%d); give it another "
                       "one, as in %s:NAME",
                       draft_kind(first->kind), first->name,
                       first->statement->file, first->statement->line,
                       second->plugin ? second->plugin : "PLUGIN");
            break;
        }
}

static void
add_listeners(struct listener *listeners, size_t *count, struct place at,
              const struct weir_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct listener *next = &listeners[*count];
        next->text = list->items[i];
        next->at = at;
        if (strstr(next->text, "://")
                ? endpoint_parse(next->text, &next->endpoint)
                : endpoint_parse_address(next->text, &next->endpoint))
            (*count)++;
    }
}

/* Complains of an address that is listened at twice. */
static void
check_listeners(const struct wiring *self)
{
    size_t count = self->http->count;

    for (size_t i = 0; i < self->count; i++)
        count += self->drafts[i].commons.listen.count;
    weir_cleanup(weir_free) struct listener *listeners =
        xcalloc(count, sizeof(*listeners));
    count = 0;
    add_listeners(listeners, &count, self->http_at, self->http);
    for (size_t i = 0; i < self->count; i++)
        if (self->drafts[i].commons.enabled)
            add_listeners(listeners, &count, place_of(&self->drafts[i]),
                          &self->drafts[i].commons.listen);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (endpoint_meets(&listeners[i].endpoint, &listeners[j].endpoint))
                complaints_error(self->into, listeners[i].at,
                                 "%s is taken by %s (%s:%d); use another port "
                                 "or path",
                                 listeners[i].text, listeners[j].text,
                                 listeners[j].at.file, listeners[j].at.line);
}

/* Says whether what 'from' sends arrives at 'to'. */
static bool
reaches(const struct draft *from, const struct draft *to)
{
    struct endpoint one, other;

    for (size_t i = 0; i < from->commons.connect.count; i++)
        for (size_t j = 0; j < to->commons.listen.count; j++)
            if (endpoint_parse(from->commons.connect.items[i], &one) &&
                endpoint_parse(to->commons.listen.items[j], &other) &&
                endpoint_meets(&one, &other))
                return true;
    return false;
}

/* Marks in 'seen' all links that can be reached from link 'start'. */
static void
mark_reached(const struct wiring *self, size_t start, bool *seen)
{
    bool more = true;

    for (size_t i = 0; i < self->count; i++)
        seen[i] = reaches(&self->drafts[start], &self->drafts[i]);
    while (more) {
        more = false;
        for (size_t i = 0; i < self->count * self->count; i++) {
            size_t from = i / self->count, to = i % self->count;
            if (seen[from] && !seen[to] &&
                reaches(&self->drafts[from], &self->drafts[to]))
                seen[to] = more = true;
        }
    }
}

static void
check_cycles(const struct wiring *self)
{
    weir_cleanup(weir_free) bool *seen = xcalloc(self->count, sizeof(*seen));

    for (size_t i = 0; i < self->count; i++) {
        struct draft *draft = &self->drafts[i];
        if (draft->kind != DRAFT_LINK || draft->commons.listen.count == 0)
            continue;
        mark_reached(self, i, seen);
        if (seen[i])
            draft_fail(draft, self->into,
                       "what it sends comes back to it; connect it elsewhere");
    }
}

static const char *
path_of(const struct draft *draft, const struct weir_option *option)
{
    const char *path;

    if (option->type != WEIR_OPTION_PATH)
        return "";
    memcpy(&path, (const char *)draft->memory + option->offset, sizeof(path));
    return path;
}

/* Complains when a storage has a path that one before it has. */
static void
check_paths(const struct wiring *self, struct draft *draft,
            const struct draft *first)
{
    if (!first->memory || !draft->memory || first->broken || draft->broken)
        return;
    const struct weir_option *o = draft->head->plugin->options;
    for (; o && o->name; o++)
        for (const struct weir_option *p = first->head->plugin->options;
             p && p->name; p++) {
            const char *path = path_of(draft, o);
            if (*path && strcmp(path, path_of(first, p)) == 0)
                draft_fail(draft, self->into,
                           "%s \"%s\" is that of storage %s; use another",
                           o->name, path, first->name);
        }
}

/* Warns when what others count on ends in a storage that keeps nothing. */
static void
check_forgetful(const struct wiring *self, struct draft *draft)
{
    if (strcmp(draft->plugin, "memory") != 0)
        return;
    if (draft->commons.spool.count > 0)
        complaints_warning(self->into, place_of(draft),
                           "the spool ends in storage %s, which forgets all "
                           "when it stops",
                           draft->name);
    if (draft->commons.listen.count > 0)
        complaints_warning(self->into, place_of(draft),
                           "links end in storage %s, which forgets all when it "
                           "stops; their senders do not know",
                           draft->name);
}

static void
check_storages(const struct wiring *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct draft *draft = &self->drafts[i];
        if (draft->kind != WEIR_KIND_STORAGE || !draft->commons.enabled)
            continue;
        for (size_t j = 0; j < i; j++)
            if (self->drafts[j].kind == WEIR_KIND_STORAGE &&
                self->drafts[j].commons.enabled)
                check_paths(self, draft, &self->drafts[j]);
        check_forgetful(self, draft);
    }
}

static void
check_purpose(const struct wiring *self)
{
    struct place at = {self->http_at.file, 0};

    for (size_t i = 0; i < self->count; i++) {
        const struct draft *draft = &self->drafts[i];
        bool runs = draft->kind != DRAFT_LINK || draft->commons.listen.count;
        if (runs && (draft->commons.enabled || draft->broken))
            return;
    }
    if (self->into->error_count == 0)
        complaints_error(self->into, at,
                         "there is nothing to run; add an input, a storage, a "
                         "report, or a link with listen");
}

void
wiring_check(const struct wiring *self)
{
    check_names(self);
    resolve_all(self);
    check_listeners(self);
    check_cycles(self);
    check_storages(self);
    check_purpose(self);
}
