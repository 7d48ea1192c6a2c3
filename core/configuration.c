/* configuration.c - what shall run, as the files say it */
#include <config.h>

#include "configuration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "draft.h"
#include "endpoint.h"
#include "identity.h"
#include "link/roll.h"
#include "scan.h"
#include "section.h"
#include "series.h"
#include "state_folder.h"
#include "textfile.h"
#include "token.h"
#include "wiring.h"

/* A configuration that is being made. */
struct making {
    struct configuration *self;
    configuration_find *find;
    void *arg;
    struct statements statements;
    struct globals globals;
    struct http_options http;
    struct place http_at;
    struct roll *roll;    /* of the folder of peers; or NULL */
    struct draft *drafts; /* [draft_count] */
    size_t draft_count;
};

/* What makes a draft, or -1. */
static int
kind_of(const struct statement *statement)
{
    for (int kind = DRAFT_LINK; kind <= WEIR_KIND_REPORT; kind++)
        if (strcmp(statement->kind, draft_kind(kind)) == 0)
            return kind;
    return -1;
}

/* What stands at the top but drafts. */
static bool
is_global(const struct statement *statement)
{
    return option_find(commons_options("global"), statement->kind) != NULL;
}

static struct place
place_of(const struct statement *statement)
{
    return (struct place){statement->file, statement->line};
}

static void
refuse_unknown(struct making *self, const struct statement *statement)
{
    const char *names[64] = {"input", "storage", "report",
                             "link",  "http",    "include"};
    size_t count = 6;

    for (const struct weir_option *o = commons_options("global"); o->name; o++)
        names[count++] = o->name;
    const char *near = option_nearest(statement->kind, names);
    complaints_error(&self->self->complaints, place_of(statement),
                     near ? "there is no statement \"%s\"; \"%s\" is near"
                          : "there is no statement \"%s\"; remove it, or see "
                            "weir.conf(5)",
                     statement->kind, near);
}

/* Finds the statement of the same kind before the nth. */
static const struct statement *
find_earlier(const struct making *self, size_t nth)
{
    const struct statement *list = self->statements.list;

    for (size_t i = 0; i < nth; i++)
        if (strcmp(list[i].kind, list[nth].kind) == 0)
            return &list[i];
    return NULL;
}

static void
read_part(struct making *self, const struct statement *statement, bool body,
          const struct section_part *part)
{
    struct section section = {
        .at = place_of(statement),
        .what = statement->kind,
        .text = body ? statement->body : statement->text,
        .text_line = body ? statement->body_line : statement->line,
        .parts = part,
        .part_count = 1,
        .place = {textfile_folder(statement->file, &self->self->memory),
                  &self->self->memory, NULL},
        .into = &self->self->complaints,
    };

    (void)section_read(&section);
}

static void
read_http(struct making *self, const struct statement *statement)
{
    const struct section_part part = {commons_options("http"), &self->http};

    self->http_at = place_of(statement);
    if (!statement->body || statement->title)
        complaints_error(&self->self->complaints, self->http_at,
                         "http is a block: http { ... }");
    else
        read_part(self, statement, true, &part);
}

static void
read_global(struct making *self, const struct statement *statement)
{
    const struct section_part part = {commons_options("global"),
                                      &self->globals};

    if (statement->title)
        complaints_error(&self->self->complaints, place_of(statement),
                         "%s has no name; remove \"%s\"", statement->kind,
                         statement->title);
    else
        read_part(self, statement, false, &part);
}

/* Reads all but the drafts, whatever stands first: drafts need them. */
static void
read_globals(struct making *self)
{
    struct option_place place = {".", &self->self->memory, NULL};

    option_defaults(commons_options("global"), &self->globals, &place);
    option_defaults(commons_options("http"), &self->http, &place);
    self->http_at = (struct place){self->self->file, 0};
    for (size_t i = 0; i < self->statements.count; i++) {
        const struct statement *statement = &self->statements.list[i];
        const struct statement *earlier = find_earlier(self, i);
        bool http = strcmp(statement->kind, "http") == 0;
        if (kind_of(statement) >= 0)
            continue;
        if (!http && !is_global(statement))
            refuse_unknown(self, statement);
        else if (earlier)
            complaints_error(&self->self->complaints, place_of(statement),
                             "%s stands already at %s:%d; make one of both",
                             statement->kind, earlier->file, earlier->line);
        else if (!statement->broken && http)
            read_http(self, statement);
        else if (!statement->broken)
            read_global(self, statement);
    }
}

/* Returns where 'kind' stands, or the file. */
static struct place
place_of_kind(const struct making *self, const char *kind)
{
    for (size_t i = 0; i < self->statements.count; i++)
        if (strcmp(self->statements.list[i].kind, kind) == 0)
            return place_of(&self->statements.list[i]);
    return (struct place){self->self->file, 0};
}

static void
check_globals(struct making *self)
{
    struct globals *globals = &self->globals;
    struct complaints *into = &self->self->complaints;

    if (globals->interval.ns < 10 * NS_PER_MS) {
        complaints_error(into, place_of_kind(self, "interval"),
                         "the interval must be at least 10ms");
        globals->interval.ns = 10 * NS_PER_S;
    }
}

/* Only what is whole is kept. */
static void
check_keys(struct making *self)
{
    const struct globals *globals = &self->globals;
    const struct identity identity = {globals->key, globals->peers,
                                      place_of_kind(self, "key"),
                                      place_of_kind(self, "peers")};

    if (!identity_check(&identity, &self->self->complaints, &self->roll))
        return;
    self->self->key = globals->key;
    self->self->peers = globals->peers;
}

static void
check_http(struct making *self)
{
    const struct weir_list *listen = &self->http.listen;
    struct complaints *into = &self->self->complaints;

    for (size_t i = 0; i < listen->count; i++) {
        struct endpoint endpoint;
        if (!endpoint_parse_address(listen->items[i], &endpoint))
            complaints_error(into, self->http_at,
                             "listen: an address such as 127.0.0.1:9347 is "
                             "due, not \"%s\"",
                             listen->items[i]);
        else if (!endpoint_is_local(&endpoint) && !self->http.insecure)
            complaints_error(into, self->http_at,
                             "listen: %s is open to others, without "
                             "encryption or passwords; write insecure = true "
                             "to allow that",
                             listen->items[i]);
    }
    if (self->http.timeout.ns <= 0 || self->http.max_body.bytes == 0)
        complaints_error(into, self->http_at,
                         "timeout and max_body cannot be 0; say how much");
}

static void
read_drafts(struct making *self)
{
    struct drafting with = {
        .globals = &self->globals,
        .state = self->self->state,
        .peers = self->self->peers,
        .roll = self->roll,
        .find = self->find,
        .arg = self->arg,
        .memory = &self->self->memory,
        .into = &self->self->complaints,
    };

    self->drafts = xcalloc(self->statements.count, sizeof(*self->drafts));
    for (size_t i = 0; i < self->statements.count; i++) {
        int kind = kind_of(&self->statements.list[i]);
        if (kind >= 0)
            draft_init(&self->drafts[self->draft_count++],
                       &self->statements.list[i], kind, &with);
    }
}

static void
keep_instance(struct configuration *self, struct draft *draft)
{
    struct commons *commons = &draft->commons;

    self->instances[self->instance_count++] = (struct configured_instance){
        .kind = (enum weir_kind)draft->kind,
        .plugin = draft->plugin,
        .name = draft->name,
        .file = draft->statement->file,
        .line = draft->statement->line,
        .text = draft->statement->text,
        .folder = draft->folder,
        .head = draft->head,
        .memory = draft->memory,
        .interval_ns = commons->interval.ns,
        .jitter_ns = commons->jitter.ns,
        .timeout_ns = commons->timeout.ns,
        .labels = commons->labels,
        .stores = draft->stores,
        .listen = commons->listen,
        .insecure = commons->insecure,
        .window_bytes = commons->window.bytes,
        .spool = commons->spool.items,
        .series_limit = commons->series_limit,
        .keep = weir_take(commons->keep),
        .drop = weir_take(commons->drop),
        .log_level = commons->log_level,
    };
    draft->memory = NULL;
}

static void
keep_link(struct configuration *self, const struct draft *draft)
{
    self->links[self->link_count++] = (struct configured_link){
        .name = draft->name,
        .file = draft->statement->file,
        .line = draft->statement->line,
        .text = draft->statement->text,
        .connect = draft->commons.connect,
        .copies = draft->copies,
        .listen = draft->commons.listen,
        .insecure = draft->commons.insecure,
        .window_bytes = draft->commons.window.bytes,
        .compress = draft->commons.compress,
        .spool = draft->commons.spool.items,
    };
}

/* Keeps what is enabled and sound. */
static void
keep(struct making *self)
{
    struct configuration *configuration = self->self;
    const struct globals *globals = &self->globals;

    configuration->labels = globals->labels;
    configuration->drain_timeout_ns = globals->drain_timeout.ns;
    configuration->log_level = (enum log_level)globals->log_level;
    configuration->log_form = (enum log_form)globals->log_format;
    configuration->http = (struct configured_http){
        .listen = self->http.listen,
        .body_most_bytes = self->http.max_body.bytes,
        .connections_most = self->http.max_connections,
        .requests_most = self->http.max_requests,
        .timeout_ns = self->http.timeout.ns,
    };
    for (size_t i = 0; i < self->draft_count; i++) {
        struct draft *draft = &self->drafts[i];
        bool wanted = draft->commons.enabled && !draft->broken;
        if (wanted && draft->kind == DRAFT_LINK)
            keep_link(configuration, draft);
        else if (wanted)
            keep_instance(configuration, draft);
        draft_fini(draft);
    }
}

int
configuration_read(const char *file, configuration_find *find, void *arg,
                   struct configuration **ret_configuration)
{
    struct configuration *self = xcalloc(1, sizeof(*self));
    struct making making = {.self = self, .find = find, .arg = arg};

    self->file =
        arena_text(&self->memory, file ? file : SYSCONF_DIR "/weir/weir.conf");
    scan_file(self->file, &self->memory, &self->complaints, &making.statements);
    read_globals(&making);
    check_globals(&making);
    check_keys(&making);
    check_http(&making);
    self->state = state_folder(making.globals.state, self);
    read_drafts(&making);
    roll_release(&making.roll);

    struct wiring wiring = {
        .drafts = making.drafts,
        .count = making.draft_count,
        .http = &making.http.listen,
        .http_at = making.http_at,
        .memory = &self->memory,
        .into = &self->complaints,
    };
    wiring_check(&wiring);
    self->instances = xcalloc(making.draft_count, sizeof(*self->instances));
    self->links = xcalloc(making.draft_count, sizeof(*self->links));
    keep(&making);
    free(making.drafts);
    statements_fini(&making.statements);
    *ret_configuration = self;
    return self->complaints.error_count ? -EINVAL : 0;
}
