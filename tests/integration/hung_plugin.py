"""hung_plugin.py - a plugin that misbehaves harms only itself"""
import os

from programs import EXIT_OK, HOST_TO_METRICS, Weir, build_plugin
from weirtest import run, temporary_folder, wait_until, write

INPUT = """
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <weir/plugin.h>

static const struct weir_metric odd = {"odd_value", WEIR_GAUGE, "", "Is odd."};

static int
odd_@call(void *self@arguments)
{
    (void)self;
    @body
    return 0;
}

WEIR_INPUT(odd) = {.help = "Is odd.", .@call = odd_@call};
"""

SLEEP = "for (;;) (void)pause(); weir_add(out, &odd, NULL, 1);"
SPIN = 'for (;;) __asm__ volatile(""); weir_add(out, &odd, NULL, 1);'
SLEEP_AT_ONCE = "for (;;) (void)pause(); (void)odd;"
SLEEP_UNTIL_AWAKE = """
    while (access(getenv("ODD_AWAKE"), F_OK) < 0)
        (void)usleep(10000);
    weir_add(out, &odd, NULL, 1);
"""
MANY = """
    for (int i = 0; i < 100000; i++) {
        char number[16];
        (void)snprintf(number, sizeof(number), "%d", i);
        weir_add(out, &odd, (struct weir_label[]){{"n", number}, {0}}, i);
    }
"""

REPORT = """
#include <unistd.h>

#include <weir/plugin.h>

static void
stuck(void *self, struct weir_request *request)
{
    (void)self, (void)request;
    for (;;)
        (void)pause();
}

static void
fine(void *self, struct weir_request *request)
{
    (void)self;
    weir_answer(&request, 200, "text/plain", "fine", 4);
}

static int
odd_open(void *self)
{
    int rc = weir_route(self, "GET", "/stuck", stuck);

    return rc < 0 ? rc : weir_route(self, "GET", "/fine", fine);
}

WEIR_REPORT(odd) = {.help = "Is odd.", .open = odd_open};
"""


def input_that(body, call="collect"):
    arguments = ", struct weir_batch *out" if call == "collect" else ""
    return INPUT.replace("@call", call).replace("@body", body) \
        .replace("@arguments", arguments)


def wait_for_news(weir):
    then = weir.wait_for_series("node_time_seconds")["node_time_seconds"]
    wait_until("younger samples", lambda: weir.series().get(
        "node_time_seconds", 0) > then + 1)


def others_go_on(source, odd="input odd { }\n"):
    kind = odd.split()[0]
    with temporary_folder() as folder:
        plugins = build_plugin(folder, kind, "odd", source)
        with Weir(HOST_TO_METRICS + odd, plugins=plugins,
                  ready=False) as weir:
            wait_for_news(weir)
            yield weir
            wait_for_news(weir)
            assert weir.stop() == EXIT_OK


def sleeps():
    "an input that sleeps for ever is reported, and left behind at the end"
    for weir in others_go_on(input_that(SLEEP)):
        weir.wait_ready()
        weir.wait_for_log(r'^warn .*input="?odd')


def spins():
    "an input that spins for ever is reported, and left behind at the end"
    for weir in others_go_on(input_that(SPIN)):
        weir.wait_for_log(r'^warn .*input="?odd')


def sleeps_in_open():
    "an input that sleeps for ever as it opens does not delay the others"
    for weir in others_go_on(input_that(SLEEP_AT_ONCE, "open")):
        assert weir.get("/-/healthy").status == 200


def is_removed_while_it_sleeps():
    "an input that sleeps for ever may be removed by a reload"
    for weir in others_go_on(input_that(SLEEP)):
        weir.wait_for_log(r'^warn .*input="?odd')
        weir.configure(HOST_TO_METRICS)
        weir.reload()
        weir.wait_for_log(r"^info \w*reload\w*")


def emits_too_much():
    "an input above its limit of series has as many as the limit, and no more"
    odd = "input odd { series_limit = 1000 }\n"
    for weir in others_go_on(input_that(MANY), odd):
        weir.wait_for_series("odd_value")
        wait_for_news(weir)
        many = [name for name in weir.series() if name.startswith("odd_")]
        assert len(many) == 1000, len(many)


def answers_never():
    "a report that answers never gets a 503 in its place"
    odd = "report odd { }\n"
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "report", "odd", REPORT)
        config = HOST_TO_METRICS.replace("http {", "http { timeout = 1s ")
        with Weir(config + odd, plugins=plugins) as weir:
            assert weir.get("/stuck").status == 503
            wait_for_news(weir)
            assert weir.stop() == EXIT_OK


def is_replaced_while_it_answers_never():
    "a report that answers never may be replaced by a reload"
    odd = "report odd { @odd }\n"
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "report", "odd", REPORT)
        config = HOST_TO_METRICS.replace("http {", "http { timeout = 1s ")
        with Weir(config + odd, plugins=plugins, odd="") as weir:
            assert weir.get("/stuck").status == 503
            assert weir.get("/fine").status == 503
            weir.configure(config + odd, odd="interval = 7s")
            weir.reload()
            weir.wait_for_log(r"^error stage_left_behind .*odd")
            wait_until("the new one answers",
                       lambda: weir.get("/fine").status == 200)
            assert weir.stop() == EXIT_OK


def comes_back_when_its_store_is_another():
    "an input that comes back when its store is another harms nothing"
    odd = "input odd { }\nstorage memory { samples = @samples }\n"
    config = HOST_TO_METRICS.replace("storage memory { }\n", odd)
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "input", "odd",
                               input_that(SLEEP_UNTIL_AWAKE))
        awake = os.path.join(folder, "awake")
        with Weir(config, plugins=plugins, ready=False, samples="64",
                  environment={"ODD_AWAKE": awake}) as weir:
            weir.wait_for_series("node_load1")
            weir.configure(config, samples="32")
            weir.reload()
            weir.wait_for_log(r"^info \w*reload\w*")
            write(awake, "")
            weir.wait_for_series("odd_value")
            wait_for_news(weir)
            assert weir.stop() == EXIT_OK


run(sleeps, spins, sleeps_in_open, is_removed_while_it_sleeps, emits_too_much,
    answers_never, is_replaced_while_it_answers_never,
    comes_back_when_its_store_is_another)
