/* cli/query.c - weir query: a question in PromQL, and its answer shown */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/caret.h"
#include "cli/client.h"
#include "cli/folder.h"
#include "cli/moment.h"
#include "cli/plain.h"
#include "cli/whom.h"
#include "cli/wish.h"
#include "clock.h"
#include "command.h"

enum {
    NUMBER_SIZE = 32,
    SHOWN_MOST = 200, /* bytes of what is no answer */
    GRACE_S = 1,      /* more, for weir itself to say that it took too long */
};

static int
fail(const char *why)
{
    (void)fprintf(stderr, "weir query: %s\n", why);
    return EXIT_FAILURE;
}

/* Asking ------------------------------------------------------------------- */

/* Writes seconds, with milliseconds. */
static char *
seconds(int64_t ns, char text[NUMBER_SIZE])
{
    int64_t ms = ns / NS_PER_MS;
    const char *sign = ms < 0 ? "-" : "";

    (void)snprintf(text, NUMBER_SIZE, "%s%lld.%03lld", sign,
                   llabs((long long)ms) / 1000, llabs((long long)ms) % 1000);
    return text;
}

/* What is asked, and by which path. */
struct question {
    const char *path;
    char *form;
};

static void
question_fini(struct question *self)
{
    free(self->form);
}

static void
make_question(const struct wish *wish, struct question *ret_question)
{
    const struct span *span = &wish->span;
    bool range = span->step_ns > 0;
    char start[NUMBER_SIZE], end[NUMBER_SIZE], step[NUMBER_SIZE];
    char timeout[NUMBER_SIZE];
    const struct client_field instant[] = {
        {"query", wish->expression},
        {"timeout", seconds(wish->timeout_ns, timeout)},
        {span->end_ns ? "time" : NULL, seconds(span->end_ns, end)},
        {0},
    };
    const struct client_field steps[] = {
        {"query", wish->expression},
        {"timeout", timeout},
        {"start", seconds(span->start_ns, start)},
        {"end", end},
        {"step", seconds(span->step_ns, step)},
        {0},
    };

    ret_question->path = range ? "/api/v1/query_range" : "/api/v1/query";
    ret_question->form = client_form(range ? steps : instant);
}

static int
ask_weir(const struct wish *wish, const struct question *question,
         struct client_reply *reply)
{
    weir_cleanup(whom_fini) struct whom whom = {0};

    int status = whom_find(wish->url, wish->configuration, &whom);
    if (status != EXIT_SUCCESS)
        return status;
    const struct client_place at = {whom.url, whom.socket,
                                    ", or ask its store (--path DIR)"};
    if (client_post(&at, question->path, question->form,
                    wish->timeout_ns + GRACE_S * NS_PER_S, reply) < 0)
        return fail(reply->why);
    return EXIT_SUCCESS;
}

/* The store is closed again before anything is written, since that may take as
 * long as whoever reads it. */
static int
ask_folder(const struct wish *wish, const struct question *question,
           struct client_reply *reply)
{
    struct folder *folder = NULL;

    int rc = folder_open(wish->path, wish->timeout_ns, &folder, reply->why);
    if (rc == 0)
        rc = folder_post(folder, question->path, question->form,
                         wish->timeout_ns + GRACE_S * NS_PER_S, reply);
    if (rc < 0)
        (void)fail(reply->why);
    if (!folder_close(&folder))
        _exit(EXIT_FAILURE);
    return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Answers ------------------------------------------------------------------ */

static void
write_notes(const char *kind, const struct outcome_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        weir_cleanup(weir_free) char *text = plain_text(texts->items[i], 0);
        (void)fprintf(stderr, "weir query: %s: %s\n", kind, text);
    }
}

static int
refuse_reply(const struct client_reply *reply)
{
    size_t length = strcspn(reply->bytes, "\r\n");
    weir_cleanup(weir_free) char *begin = x_or_die(
        strndup(reply->bytes, length < SHOWN_MOST ? length : SHOWN_MOST));
    weir_cleanup(weir_free) char *text = plain_text(begin, 0);

    (void)fprintf(stderr,
                  "weir query: the answer is not that of a weir or Prometheus: "
                  "status %d, \"%s\"%s\n",
                  reply->status, text,
                  reply->status == 404
                      ? "; a weir needs report api { } in its configuration"
                      : "");
    return EXIT_FAILURE;
}

static void
say_nothing_found(const struct wish *wish)
{
    char start[MOMENT_SIZE], end[MOMENT_SIZE] = "now";

    if (wish->span.end_ns)
        (void)moment_text(wish->span.end_ns, MOMENT_LOCAL, false, end);
    if (wish->span.step_ns)
        (void)fprintf(
            stderr, "weir query: there is nothing from %s to %s\n",
            moment_text(wish->span.start_ns, MOMENT_LOCAL, false, start), end);
    else
        (void)fprintf(stderr,
                      "weir query: there is nothing %s%s; --at and --start "
                      "look at other times\n",
                      wish->span.end_ns ? "at " : "", end);
}

static view_outcome *const views[] = {[WISH_TABLE] = view_table,
                                      [WISH_CSV] = view_csv,
                                      [WISH_CHART] = view_chart};

static void
show(const struct wish *wish, const struct screen *screen,
     const struct client_reply *reply, const struct outcome *outcome)
{
    if (wish->format == WISH_JSON)
        view_json(reply->bytes, reply->size, screen, stdout);
    else
        views[wish->format](outcome, &wish->span, screen, stdout);
    (void)fflush(stdout);
    if (wish->format != WISH_JSON && outcome->histogram_count)
        (void)fprintf(stderr,
                      "weir query: %zu series have native histograms, which "
                      "--format json shows\n",
                      outcome->histogram_count);
    bool for_people = wish->format == WISH_TABLE || wish->format == WISH_CHART;
    if (for_people && outcome->count == 0 && !outcome->text)
        say_nothing_found(wish);
}

/* A reader that has gone, such as head, is no failure worth a word. */
static int
finish(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    if (errno != EPIPE)
        (void)fprintf(stderr, "weir query: cannot write: %s\n",
                      strerror(errno));
    return EXIT_FAILURE;
}

static int
answer(const struct wish *wish, const struct screen *screen,
       const struct client_reply *reply)
{
    weir_cleanup(outcome_destroy) struct outcome *outcome = NULL;

    if (!reply->bytes)
        return fail("the answer is empty");
    if (outcome_read(reply->bytes, reply->size, &outcome) < 0)
        return refuse_reply(reply);
    if (outcome->error) {
        caret_print(wish->expression, outcome->error, stderr);
        return EXIT_FAILURE;
    }
    show(wish, screen, reply, outcome);
    int status = finish();
    write_notes("warning", &outcome->warnings);
    write_notes("info", &outcome->infos);
    return status;
}

int
command_query(int argc, char **argv)
{
    weir_cleanup(client_reply_fini) struct client_reply reply = {0};
    weir_cleanup(question_fini) struct question question = {0};
    struct screen screen;
    struct wish wish;

    screen_look(STDOUT_FILENO, &screen);
    if (wish_read(argc, argv, clock_wall_ns(), &screen, &wish) < 0)
        return EXIT_WRONG;
    if (wish.help) {
        wish_print_help(stdout);
        return EXIT_SUCCESS;
    }
    make_question(&wish, &question);
    int status = wish.path ? ask_folder(&wish, &question, &reply)
                           : ask_weir(&wish, &question, &reply);
    return status == EXIT_SUCCESS ? answer(&wish, &screen, &reply) : status;
}
