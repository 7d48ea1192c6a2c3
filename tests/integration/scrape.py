"""scrape.py - a Go program and targets that misbehave are scraped"""
import contextlib
import gzip
import re
import time

from programs import EXIT_OK, Program
from scraped import (CONFIG, OPENMETRICS, TEXT, Target, answer, build,
                     names_of, of_target, scraping, wait_for, wait_for_up)
from weirtest import PATIENCE_S, fetch, free_port, run, series_of, wait_until

def never(target, _):
    target.sleep(PATIENCE_S * 10)


def byte_by_byte(target, client):
    for byte in answer(b"slow 1\n" * 100):
        client.sendall(bytes([byte]))
        if not target.sleep(1):
            return


def without_end(_, client):
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b"endless 1\n" * 1000)


def endless_heads(_, client):
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.sendall(b"X-More: and more\r\n" * 100)


BOMB = gzip.compress(b"bomb 1\n" * 10_000_000)

# What a target does, and what the log says of it.
BAD = {
    "never answers": (never, "timed out|longer than its timeout"),
    "a byte a second": (byte_by_byte, "timed out|longer than its timeout"),
    "more than max_body": (without_end, "more than max_body"),
    "endless headers": (endless_heads, "headers are longer"),
    "a gzip bomb": (answer(BOMB, "Content-Encoding: gzip"),
                    "more than max_body"),
    "no gzip": (answer(b"plain 1\n", "Content-Encoding: gzip"), "."),
    "two layers": (answer(gzip.compress(BOMB), "Content-Encoding: gzip, gzip"),
                   "once with gzip"),
    "two layers in two lines": (answer(
        gzip.compress(BOMB), "Content-Encoding: gzip",
        "content-encoding: gzip"), "once with gzip"),
    "a layer of transfer": (answer(
        BOMB, "Transfer-Encoding: gzip"), "once with gzip"),
    "half a line": (answer(b'fine 1\nhalf{a="b'), "line 2 of its answer"),
    "half a line by its length": (answer(b"fine 1\nother 2\n", length=10),
                                  "line 2 of its answer"),
    "half of OpenMetrics": (answer(b"fine 1\n", kind=OPENMETRICS),
                            "not whole"),
    "more than OpenMetrics": (answer(b"fine 1\n# EOF\nfine 2\n",
                                     kind=OPENMETRICS),
                              "line 3 .*OpenMetrics"),
    "half an answer": (lambda _, client: client.sendall(
        answer(b"fine 1\n", length=100)), "closed|transfer"),
    "a page": (answer(b"<html>\n"), "line 1 of its answer"),
    "an error": (answer(b"fine 1\n", status="503 Busy"), "status 503"),
    "a loop": (answer(b"", "Location: /metrics", status="302 Found"),
               "redirects"),
    "no HTTP": (lambda _, client: client.sendall(b"SSH-2.0-x\r\n"), "."),
}


# The play --------------------------------------------------------------------

def a_go_program_is_scraped():
    "what a Go program offers is there as it says, gone when it is, and back"
    address = "127.0.0.1:%d" % free_port()
    program = [build(), address]
    with scraping([address]) as weir:
        with Program(program):
            wait_for_up(weir, address, 1)
            told = series_of(fetch("http://%s/metrics" % address).text)
            names = names_of(address)
            expected = {
                'shop_requests_total{code="200",exported_job="basket",%s}'
                % names: 41,
                'shop_requests_total{code="500",exported_job="basket",%s}'
                % names: 1.5,
                "shop_stock{%s}" % names: -7,
                "shop_size_bytes_sum{%s}" % names: 555,
                "shop_size_bytes_count{%s}" % names: 3,
                'shop_size_bytes_bucket{%s,le="10"}' % names: 1,
                'shop_size_bytes_bucket{%s,le="+Inf"}' % names: 3,
            }
            found = weir.series()
            for name, value in expected.items():
                assert found.get(name) == value, (name, found.get(name))
            bare = {name.partition("{")[0] for name in told}
            kept = {name.partition("{")[0] for name in found}
            assert bare <= kept, bare - kept
            count = found["scrape_samples_scraped{%s}" % names]
            assert count >= 30 and abs(count - len(told)) < 5, count
        wait_for_up(weir, address, 0)
        left = of_target(weir, address)
        assert len(left) == 6, left
        weir.wait_for_log("cannot scrape http://%s/metrics" % address)
        with Program(program):
            wait_for_up(weir, address, 1)
            wait_for(weir, "shop_stock{%s}" % names_of(address), -7)
            weir.wait_for_log("%s/metrics can be scraped again" % address)


def bad_targets_are_down():
    "each target that misbehaves is down with a reason, the others untouched"
    with contextlib.ExitStack() as stack:
        bad = {what: stack.enter_context(Target(does))
               for what, (does, _) in BAD.items()}
        good = stack.enter_context(Target(answer(b"good 42\n")))
        addresses = [target.address for target in bad.values()]
        weir = stack.enter_context(scraping([*addresses, good.address]))
        for what, target in bad.items():
            wait_for_up(weir, target.address, 0)
            weir.wait_for_log('part=%s error=.*(%s)' % (
                target.address, BAD[what][1]))
            assert len(of_target(weir, target.address)) == 6, what
        seen = len(good.heads)
        wait_until("more scrapes", lambda: len(good.heads) > seen + 3)
        assert weir.series()["good{%s}" % names_of(good.address)] == 42
        assert good.connections == 1, good.connections
        for target in bad.values():
            told = re.findall('part_failed.*part=%s ' % target.address,
                              weir.log())
            assert 1 <= len(told) <= 2, told  # of which kind may change once


def what_is_asked():
    "a request is like that of a Prometheus, and gzip is taken"
    body = gzip.compress(b"packed 3\n")
    with Target(answer(body, "Content-Encoding: gzip")) as target, \
            scraping(["http://%s/some/where?a=b" % target.address]) as weir:
        wait_for(weir, "packed{%s}" % names_of(target.address), 3)
        head = target.heads[0]
        assert head.startswith("GET /some/where?a=b HTTP/1.1\r\n"), head
        assert ("\r\nAccept: application/openmetrics-text;version=1.0.0,"
                "application/openmetrics-text;version=0.0.1;q=0.75,"
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n") in head, head
        assert "\r\nAccept-Encoding: gzip\r\n" in head, head
        assert "X-Prometheus-Scrape-Timeout-Seconds: 0.5" in head, head
        assert "User-Agent: weir" in head, head


def formats_as_told():
    "an answer is what its Content-Type says; whatever else is text"
    text = b"shown 1 %d%s\n# EOF\n"
    now_ms = time.time() * 1000
    kinds = {OPENMETRICS: b"",
             "Application/OpenMetrics-Text;version=1.0.0": b"",
             TEXT: b"000", "text/html": b"000",
             "application/openmetrics-text2": b"000"}
    with contextlib.ExitStack() as stack:
        targets = [stack.enter_context(Target(answer(
            text % (now_ms / 1000, zeros), kind=kind)))
            for kind, zeros in kinds.items()]
        weir = stack.enter_context(scraping(
            target.address for target in targets))
        for target in targets:
            wait_for(weir, "shown{%s}" % names_of(target.address), 1)


def labels_as_wanted():
    "honor_labels keeps the labels of the samples, job is an option"
    text = b'one{job="mine",instance="me"} 1\ntwo{zone="z"} 2 %d\n' % (
        time.time() * 1000)
    with Target(answer(text)) as target, \
            scraping([target.address],
                     'honor_labels = true  job = "shop"') as weir:
        wait_for(weir, 'one{instance="me",job="mine"}', 1)
        wait_for(weir, "up{%s}" % names_of(target.address, "shop"), 1)
        wait_for(weir, 'two{%s,zone="z"}' % names_of(target.address, "shop"),
                 2)


def series_that_go_are_stale():
    "a series that a scrape has no more is gone, the others are not"
    with Target(answer(b'pet{n="1"} 1\npet{n="2"} 2\n')) as target, \
            scraping([target.address]) as weir:
        names = names_of(target.address)
        wait_for(weir, 'pet{%s,n="2"}' % names, 2)
        wait_for(weir, "scrape_series_added{%s}" % names, 0)
        target.answer = answer(b'pet{n="1"} 3\n')
        wait_for(weir, 'pet{%s,n="1"}' % names, 3)
        assert 'pet{%s,n="2"}' % names not in weir.series()
        wait_for(weir, "scrape_samples_scraped{%s}" % names, 1)


def labels_that_change_each_time():
    "a target that has other labels each time fills itself, and no other"
    def changing(target, client):
        client.sendall(answer(b"".join(
            b'new{scrape="%d",n="%d"} 1\n' % (len(target.heads), number)
            for number in range(60))))

    with Target(changing) as target, \
            Target(answer(b"good 42\n")) as good, \
            scraping([target.address, good.address],
                     "series_limit = 200") as weir:
        names = names_of(target.address)
        kept = "scrape_samples_post_metric_relabeling{%s}" % names
        wait_for(weir, kept, 60)
        assert len(of_target(weir, target.address)) == 66
        wait_for(weir, kept, 0)
        wait_for(weir, "scrape_samples_scraped{%s}" % names, 60)
        assert len(of_target(weir, target.address)) == 6
        seen = len(good.heads)
        wait_until("more scrapes", lambda: len(good.heads) > seen + 1)
        assert weir.series()["good{%s}" % names_of(good.address)] == 42


def reload_and_stop():
    "a reload changes the targets, and a stop waits for none"
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(Target(answer(b"pet 1\n")))
                         for _ in range(2))
        silent = stack.enter_context(Target(never))
        weir = stack.enter_context(scraping([first.address, silent.address]))
        wait_for_up(weir, first.address, 1)
        wait_until("the silent one is asked", lambda: silent.heads)
        weir.configure(CONFIG, targets='"%s", "%s"' % (
            second.address, silent.address))
        weir.reload()
        wait_for_up(weir, second.address, 1)
        wait_until("the first is gone",
                   lambda: not of_target(weir, first.address))
        asked = len(silent.heads)
        wait_until("the silent one is asked again",
                   lambda: len(silent.heads) > asked)
        assert weir.stop() == EXIT_OK


run(a_go_program_is_scraped, bad_targets_are_down, what_is_asked,
    formats_as_told, labels_as_wanted, series_that_go_are_stale,
    labels_that_change_each_time, reload_and_stop)
