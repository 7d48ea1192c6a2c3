/* top.c - weir top: the overview, live in a terminal */
#include <config.h>

#include "top.h"

#include <errno.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/plain.h"
#include "cli/screen.h"
#include "dashboard.h"
#include "top_screen.h"
#include "top_text.h"

enum {
    EXIT_WRONG = 2,
    ROWS_ONCE = 1000, /* of each kind; the server gives no more */
    KEY_WAIT_MS = 100,
};

static volatile sig_atomic_t ended;

static void
on_signal(int number)
{
    (void)number;
    ended = 1;
}

static int
fail(const char *why)
{
    (void)fprintf(stderr, "weir top: %s\n", why);
    return EXIT_FAILURE;
}

/* Once --------------------------------------------------------------------- */

static int
run_once(const struct top_wish *wish, const struct whom *whom, bool utf8)
{
    weir_cleanup(top_answer_destroy) struct top_answer *answer = NULL;
    weir_cleanup(weir_free) char *why = NULL;
    const struct top_question question = {
        .window_ns = wish->window_ns,
        .timeout_ns = wish->timeout_ns,
        .kind = wish->kind,
        .search = wish->search,
        .sort = wish->sort,
        .order = "",
        .limit = ROWS_ONCE,
        .flags = utf8 ? 0 : PLAIN_ASCII,
    };

    answer = top_ask(whom, &question, &why);
    if (!answer)
        return fail(why);
    top_write_all(stdout, answer, utf8);
    for (size_t i = 0; i < answer->warning_count; i++)
        (void)fprintf(stderr, "weir top: warning: %s\n", answer->warnings[i]);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    return errno == EPIPE ? EXIT_FAILURE : fail("cannot write");
}

/* Live --------------------------------------------------------------------- */

/* Asks when it is time, and takes what has come.  Returns whether there is
 * something new. */
static bool
look(struct top_view *view, struct top_asker *asker,
     const struct top_wish *wish, int64_t *next_ns, bool utf8)
{
    struct top_answer *answer = NULL;
    char *failure = NULL;
    bool came = top_asker_take(asker, &answer, &failure) > 0;
    int64_t now_ns = clock_now_ns();

    if (came)
        top_view_take(view, answer, failure);
    if (!view->stale && (view->paused || now_ns < *next_ns))
        return came;
    struct top_question question = top_view_question(view);
    question.timeout_ns = wish->timeout_ns;
    question.flags = utf8 ? 0 : PLAIN_ASCII;
    if (top_asker_begin(asker, &question) == 0) {
        view->stale = false;
        *next_ns = now_ns + wish->refresh_ns;
    }
    return came;
}

static void
live(const struct top_wish *wish, const struct whom *whom,
     const struct top_screen *screen)
{
    weir_cleanup(top_view_fini) struct top_view view;
    weir_cleanup(top_asker_destroy) struct top_asker *asker =
        top_asker_new(whom);
    int64_t next_ns = 0;
    bool changed = true;

    top_view_init(&view, wish);
    while (!view.quit && !ended) {
        changed |= look(&view, asker, wish, &next_ns, screen->utf8);
        if (changed)
            top_screen_draw(screen, &view);
        int key = top_screen_key(KEY_WAIT_MS);
        changed = key >= 0;
        if (key >= 0 && key != KEY_RESIZE)
            top_view_key(&view, key);
    }
}

static int
run_live(const struct top_wish *wish, const struct whom *whom, bool utf8)
{
    const struct top_screen screen = {
        .utf8 = utf8,
        .where = whom->socket ? whom->socket : whom->url,
    };
    const struct sigaction action = {.sa_handler = on_signal};

    if (top_screen_open() < 0)
        return fail("there is no terminal that it can draw on; --once prints "
                    "it as text");
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    live(wish, whom, &screen);
    top_screen_close();
    return EXIT_SUCCESS;
}

int
top_run(int argc, char **argv)
{
    weir_cleanup(whom_fini) struct whom whom = {0};
    struct top_wish wish;
    struct screen screen;

    if (top_wish_read(argc, argv, &wish) < 0)
        return EXIT_WRONG;
    if (wish.help) {
        top_wish_help(stdout);
        return EXIT_SUCCESS;
    }
    int status = whom_find(wish.url, wish.configuration, &whom);
    if (status != EXIT_SUCCESS)
        return status;
    screen_look(STDOUT_FILENO, &screen);
    return wish.once ? run_once(&wish, &whom, screen.utf8)
                     : run_live(&wish, &whom, screen.utf8);
}
