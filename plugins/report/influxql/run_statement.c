/* run_statement.c - answers one statement of a request */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base.h"
#include "node.h"
#include "run_inner.h"
#include "show.h"

/* Databases ---------------------------------------------------------------- */

/* Tells what the errno of a list of databases means. */
static void
fail_database(struct run *self, int rc)
{
    if (rc == -EINVAL)
        result_fail(&self->result, "invalid name");
    else if (rc == -EDQUOT)
        result_fail(&self->result,
                    "there are %d databases, and no room for "
                    "more; drop one",
                    DATABASES_MOST);
    else
        result_fail(&self->result, "cannot read or write the databases: %s",
                    strerror(-rc));
}

/* Says whether there is such a database, or fails the statement. */
static bool
has_database(struct run *self, const char *name)
{
    if (!*name) {
        result_fail(&self->result, "database name required");
        return false;
    }
    int rc = databases_has(&self->owner->databases, name);
    if (rc < 0)
        fail_database(self, rc);
    else if (rc == 0)
        result_fail(&self->result, "database not found: %s", name);
    return rc > 0;
}

static void
create_database(struct run *self)
{
    int rc = databases_add(&self->owner->databases, self->at->name);

    if (rc < 0)
        fail_database(self, rc);
}

/* No storage deletes by name yet, so that a database can only be hidden.  One
 * that is not there is no error. */
static void
drop_database(struct run *self)
{
    struct databases *databases = &self->owner->databases;
    const char *name = self->at->name;

    int rc = databases_valid(name) ? databases_has(databases, name) : 0;
    if (rc > 0 && self->owner->drop == DROP_REFUSE)
        result_fail(&self->result,
                    "DROP DATABASE is refused here; with the option drop = "
                    "\"hide\" of report influxql it hides the database, whose "
                    "samples stay until their retention ends");
    else if (rc > 0)
        rc = databases_drop(databases, name);
    if (rc < 0)
        fail_database(self, rc);
}

static void
list_databases(struct run *self)
{
    struct databases *databases = &self->owner->databases;

    int rc = databases_look(databases);
    if (rc < 0)
        fail_database(self, rc);
    else
        show_databases(databases->names, databases->count, &self->result);
}

static void
list_policies(struct run *self)
{
    if (has_database(self, self->asked.database))
        show_policies(&self->result);
}

static void
refuse(struct run *self)
{
    result_fail(&self->result, "%s is not supported by weir", self->at->name);
}

/* Series ------------------------------------------------------------------- */

/* A select_done. */
static void
selected(void *arg)
{
    run_heard(arg);
}

/* A select_done. */
static void
surveyed(void *arg)
{
    struct run *self = arg;

    if (!self->result.error)
        show_survey(self->at, &self->survey, self->asked.max_bytes,
                    &self->result);
    survey_clear(&self->survey);
    run_heard(self);
}

/* Returns the database of a statement whose sources say nothing of it. */
static const char *
own_database(const struct run *self)
{
    return self->at->database ? self->at->database : self->database;
}

/* Finds the database that a source is in, which must be the same for all. */
static void
find_database(struct run *self, const struct source *source)
{
    const char *name = source->database ? source->database : own_database(self);

    if (!has_database(self, name))
        return;
    if (*self->asked.database && strcmp(self->asked.database, name) != 0)
        result_fail(&self->result, "reading from several databases at once is "
                                   "not supported by weir");
    self->asked.database = name;
}

/* The same for all sources, if there are any.  As deep as the parser lets it
 * be. */
static void
find_databases(struct run *self, // NOLINT(misc-no-recursion)
               const struct select *select)
{
    for (const struct source *each = select->sources;
         each && !self->result.error; each = each->next) {
        if (each->select)
            find_databases(self, each->select);
        else
            find_database(self, each);
    }
}

static void
select_samples(struct run *self)
{
    const struct select *select = &self->at->select;

    self->asked.database = "";
    find_databases(self, select);
    if (select->wrong)
        result_fail(&self->result, "%s", select->wrong);
    if (self->result.error)
        run_heard(self);
    else
        select_start(&self->asked, select,
                     &(struct hearer){&self->result, selected, self});
}

/* SHOW MEASUREMENTS knows of none in a database that is not there. */
static bool
is_hidden(struct run *self)
{
    return self->at->kind == STATEMENT_SHOW_MEASUREMENTS &&
           *self->asked.database &&
           databases_has(&self->owner->databases, self->asked.database) == 0;
}

/* Some of InfluxDB's SHOWs are SELECTs within, and look where their sources
 * are. */
static void
find_shown(struct run *self)
{
    const struct statement *what = self->at;
    bool by_source = what->kind == STATEMENT_SHOW_SERIES ||
                     what->kind == STATEMENT_SHOW_FIELD_KEYS;

    if (by_source && what->select.sources) {
        self->asked.database = "";
        find_databases(self, &what->select);
    } else {
        (void)has_database(self, self->asked.database);
    }
}

static void
survey_series(struct run *self)
{
    const struct statement *what = self->at;
    bool in_time = false;

    if (is_hidden(self)) {
        run_heard(self);
        return;
    }
    find_shown(self);
    if (self->result.error ||
        show_check(what, self->asked.database, &self->result, &in_time) < 0)
        run_heard(self);
    else
        survey_start(&self->asked, &what->select, in_time, &self->survey,
                     &(struct hearer){&self->result, surveyed, self});
}

/* Statements --------------------------------------------------------------- */

/* Kinds that are not here need a survey, or a select. */
static const struct {
    enum statement_kind kind;
    void (*answer)(struct run *self);
} prompt[] = {
    {STATEMENT_CREATE_DATABASE, create_database},
    {STATEMENT_DROP_DATABASE, drop_database},
    {STATEMENT_SHOW_DATABASES, list_databases},
    {STATEMENT_SHOW_POLICIES, list_policies},
    {STATEMENT_NONE, refuse},
};

/* Browsers ask what any page tells them to, so that they must POST what
 * changes something, which the host lets them do from weir's own pages only. */
static bool
is_browser(const struct weir_request *request)
{
    static const char *const heads[] = {"Origin", "Referer", "Sec-Fetch-Site"};
    const char *agent = weir_request_head(request, "User-Agent");

    for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
        if (weir_request_head(request, heads[i]))
            return true;
    return agent && strncasecmp(agent, "Mozilla/", strlen("Mozilla/")) == 0;
}

/* A GET should change nothing, but clients of old do so. */
static void
warn(struct run *self)
{
    const struct node name = {.kind = NODE_NAME, .text = self->at->name};
    bool creates = self->at->kind == STATEMENT_CREATE_DATABASE;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&self->result.warning, &size));

    (void)fprintf(out, "deprecated use of '%s DATABASE ",
                  creates ? "CREATE" : "DROP");
    node_print(out, &name);
    (void)fputs("' in a read only context, please use a POST request instead",
                out);
    (void)fclose(out);
}

/* Says whether the statement may be done, as far as its request goes. */
static bool
may_change(struct run *self)
{
    const struct statement *what = self->at;

    if (!what->changes || self->posted || what->kind == STATEMENT_NONE)
        return true;
    if (is_browser(self->request)) {
        result_fail(&self->result,
                    "this statement changes something, and a browser's page "
                    "may only POST it");
        return false;
    }
    return true;
}

static bool
answer_prompt(struct run *self)
{
    for (size_t i = 0; i < ARRAY_SIZE(prompt); i++) {
        if (prompt[i].kind != self->at->kind)
            continue;
        prompt[i].answer(self);
        if (self->at->changes && !self->posted && !self->result.error)
            warn(self);
        return true;
    }
    return false;
}

void
run_statement(struct run *self)
{
    const struct statement *what = self->at;

    self->asked.database = own_database(self);
    if (!may_change(self) || answer_prompt(self))
        run_heard(self);
    else if (show_surveys(what->kind))
        survey_series(self);
    else
        select_samples(self);
}
