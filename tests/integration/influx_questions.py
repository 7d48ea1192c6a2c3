"""influx_questions - what is written to an influxd and to weir, and then asked

All sums of the values are exact as doubles, in whatever order they are added,
but for those of 'odd'.  Times are fixed, so that the answers are, too.
"""
T = 1700000000  # 2023-11-14T22:13:20Z, 20 s after a minute and 800 after an hour

DATABASES = ["q", "other", "two words", "it's", "empty"]


def cpu():
    """Three hosts, each ten seconds for five minutes; 'busy' is not always
    there, and host c has no region and begins later.  No two points have one
    time, and no two have the same idle."""
    for n in range(30):
        for k, (host, region) in enumerate((("a", "eu"), ("b", "us"),
                                            ("c", ""))):
            if host == "c" and n < 12:
                continue
            tags = "host=" + host + (",region=" + region if region else "")
            fields = "idle=%s" % (50 + n * 7 % 32 / 4 + k / 16)
            if (n + ord(host)) % 3:
                fields += ",busy=%s" % (n % 5 - 2.5)
            yield "cpu,%s %s %d" % (tags, fields, (T + n * 10 + k) * 10**9)


def requests():
    """Counters that begin again, at times that are not even."""
    total = 0
    for n in range(20):
        total = 0 if n % 8 == 7 else total + n * 4
        yield "requests,code=200,path=/ total=%d %d" % (
            total, (T + n * 15 + 1 + n * n % 7) * 10**9)
        yield "requests,code=500 total=%d %d" % (
            n * n, (T + n * 15) * 10**9)


LINES = [*cpu(), *requests()] + [line % {"t": T} for line in (
    "mem,host=a value=1024,free_bytes=512 %(t)d000000000",
    "mem,host=b value=2048 %(t)d000000000",
    "mem,host=a value=1000,free_bytes=500 %(t)d500000000",
    "disk_io,disk=sda read_bytes=10,write_bytes=20,value=1 %(t)d000000000",
    "disk_io,disk=sda read_bytes=15,write_bytes=10,value=2 %(t)d060000000",
    "disk_io,disk=sdb read_bytes=7,value=3 %(t)d060000000",
    "disk value=5 %(t)d000000000",
    "disk io_value=6 %(t)d000000000",
    "temp\u00e9rature\\ salle,gr\u00f6\u00dfe=sehr\\ gro\u00df,k\\,1=v\\=1 "
    "wert\\ 1=20.5,wert_2=-3 %(t)d000000000",
    "temp\u00e9rature\\ salle,gr\u00f6\u00dfe=klein wert\\ 1=21.5 "
    "%(t)d100000000",
    "quote\"d,who=it's,say=\"hi\" f\"1=1.5,f'2=2.5 %(t)d000000000",
    "back\\slash,p=C:\\x v=1 %(t)d000000000",
    "nanos v=1 %(t)d000000001", "nanos v=2 %(t)d000000002",
    "nanos v=4 %(t)d000000007", "nanos v=8 %(t)d001000000",
    "below,sign=minus v=-1.5 %(t)d000000000",
    "below,sign=minus v=-2.5 %(t)d010000000",
    "below,sign=plus v=2.25 %(t)d000000000",
    "below,sign=plus v=0 %(t)d010000000",
    "odd v=1e21 %(t)d000000000", "odd v=1e-7 %(t)d001000000",
    "odd v=1.7976931348623157e308 %(t)d002000000",
    "odd v=123456789012345680 %(t)d003000000",
    "odd v=0.1 %(t)d004000000", "odd v=100000000000000000000 %(t)d005000000",
    "odd v=5e-324 %(t)d006000000", "odd v=0.000001 %(t)d007000000",
    "single,only=one v=42 %(t)d000000000",
    "wide a=1,b=2,c=3,d=4,e=5,f=6,g=7,time_s=8 %(t)d000000000",
    "db,db=x,host=a v=1 %(t)d000000000", "db,host=b v=2 %(t)d000000000",
    "late v=3 %(t)d030000000", "late v=1 %(t)d010000000",
    "late v=2 %(t)d020000000", "late,t=x v=4 %(t)d015000000",
    "select,from=where group=1,\u4e16\u754c=2 %(t)d000000000",
    "days,k=x v=1 1699920000000000000", "days,k=x v=2 1700006400000000000",
    "days,k=x v=4 1700092800000000000", "days,k=x v=8 1700265600000000000",
    "first v=7 1000000000", "first v=9 0",
    "1 2=3 %(t)d000000000", "_internal _v=1 %(t)d000000000",
    "a.b,c.d=e.f g.h=1 %(t)d000000000", "UPPER,Host=A Value=1 %(t)d000000000",
    "U__x v=1 %(t)d000000000", "value value=1,v_alue=2 %(t)d000000000",
    "ints count=5i %(t)d000000000", "ints count=2i %(t)d010000000",
    "bools up=true %(t)d000000000", "bools up=false %(t)d010000000",
)]

OTHER_LINES = ["cpu,host=z idle=1 %d000000000" % T,
               "only_there v=1 %d000000000" % T]

SHOWS = """
SHOW DATABASES
show databases
SHOW MEASUREMENTS
SHOW MEASUREMENTS LIMIT 3
SHOW MEASUREMENTS LIMIT 3 OFFSET 2
SHOW MEASUREMENTS OFFSET 40
SHOW MEASUREMENTS ON other
SHOW MEASUREMENTS ON "two words"
SHOW MEASUREMENTS ON missing
SHOW MEASUREMENTS WITH MEASUREMENT = cpu
SHOW MEASUREMENTS WITH MEASUREMENT = missing
SHOW MEASUREMENTS WITH MEASUREMENT =~ /^d/
SHOW MEASUREMENTS WITH MEASUREMENT !~ /[a-z]/
SHOW MEASUREMENTS WITH MEASUREMENT != cpu
SHOW MEASUREMENTS WHERE host = 'a'
SHOW MEASUREMENTS WHERE host =~ /b|c/
SHOW MEASUREMENTS WHERE host = ''
SHOW MEASUREMENTS WHERE disk != 'sda'
SHOW TAG KEYS
SHOW TAG KEYS FROM cpu
SHOW TAG KEYS FROM cpu, mem
SHOW TAG KEYS FROM /^d/
SHOW TAG KEYS FROM missing
SHOW TAG KEYS ON other
SHOW TAG KEYS ON "it's"
SHOW TAG KEYS FROM cpu WHERE host = 'c'
SHOW TAG KEYS FROM cpu LIMIT 1
SHOW TAG KEYS LIMIT 1 OFFSET 1
SHOW TAG KEYS FROM wide
SHOW TAG VALUES WITH KEY = host
SHOW TAG VALUES WITH KEY = "host"
SHOW TAG VALUES WITH KEY != host
SHOW TAG VALUES FROM cpu WITH KEY IN (host, region)
SHOW TAG VALUES FROM cpu WITH KEY =~ /^r/
SHOW TAG VALUES FROM cpu WITH KEY !~ /^r/
SHOW TAG VALUES FROM /cpu|mem/ WITH KEY = host
SHOW TAG VALUES FROM cpu WITH KEY = missing
SHOW TAG VALUES FROM cpu WITH KEY = host WHERE region = 'eu'
SHOW TAG VALUES FROM cpu WITH KEY = host WHERE region =~ /./
SHOW TAG VALUES WITH KEY = host LIMIT 1
SHOW TAG VALUES FROM cpu WITH KEY = host LIMIT 2 OFFSET 1
SHOW TAG VALUES ON other WITH KEY = host
SHOW TAG VALUES FROM "quote\\"d" WITH KEY IN (who, say)
SHOW TAG VALUES WITH KEY = "größe"
SHOW TAG VALUES FROM db WITH KEY = db
SHOW FIELD KEYS
SHOW FIELD KEYS FROM cpu
SHOW FIELD KEYS FROM "disk_io"
SHOW FIELD KEYS FROM disk
SHOW FIELD KEYS FROM /e$/
SHOW FIELD KEYS FROM missing
SHOW FIELD KEYS ON other
SHOW FIELD KEYS FROM wide LIMIT 2 OFFSET 3
SHOW FIELD KEYS FROM ints
SHOW FIELD KEYS FROM bools
SHOW SERIES
SHOW SERIES FROM cpu
SHOW SERIES FROM cpu, mem
SHOW SERIES FROM /^[a-d]/
SHOW SERIES FROM cpu WHERE host = 'a'
SHOW SERIES FROM cpu WHERE region = ''
SHOW SERIES FROM cpu WHERE region != 'eu'
SHOW SERIES WHERE host =~ /a|c/ AND region !~ /us/
SHOW SERIES FROM cpu LIMIT 1
SHOW SERIES LIMIT 4 OFFSET 2
SHOW SERIES ON other
SHOW SERIES FROM missing
SHOW SERIES FROM "température salle"
SHOW RETENTION POLICIES
SHOW RETENTION POLICIES ON other
SHOW RETENTION POLICIES ON missing
SHOW TAG KEY CARDINALITY
SHOW MEASUREMENT CARDINALITY
SHOW SERIES CARDINALITY
SHOW USERS
SHOW CONTINUOUS QUERIES
SHOW GRANTS FOR nobody
SHOW SUBSCRIPTIONS
"""

# All of cpu's times; what is behind the last value is for fill() to fill.
WITHIN = "time >= 1699999980s AND time < 1700000400s"

SELECTS = """
SELECT idle FROM cpu
SELECT * FROM cpu
SELECT idle, busy FROM cpu
SELECT idle, host FROM cpu
SELECT busy, host, region FROM cpu
SELECT host FROM cpu
SELECT host, region FROM cpu
SELECT idle, missing FROM cpu
SELECT missing FROM cpu
SELECT idle FROM missing
SELECT * FROM missing
SELECT * FROM /^d/
SELECT value FROM /mem|disk_io/
SELECT idle FROM cpu, mem
SELECT value FROM mem, disk_io, disk
SELECT "idle" FROM "cpu" WHERE "host" = 'a'
SELECT idle FROM q.autogen.cpu WHERE host = 'a' LIMIT 2
SELECT idle FROM "q".."cpu" WHERE host = 'a' LIMIT 2
SELECT idle FROM other..cpu
SELECT idle FROM q.missing.cpu
SELECT idle FROM missing..cpu
SELECT idle FROM autogen.cpu LIMIT 1
SELECT /i/ FROM cpu LIMIT 3
SELECT /^(a|c|time_s)$/ FROM wide
SELECT *::field FROM cpu LIMIT 3
SELECT *::tag FROM cpu LIMIT 3
SELECT *::tag, idle FROM cpu LIMIT 3
SELECT idle::float FROM cpu LIMIT 3
SELECT idle::field, host::tag FROM cpu LIMIT 3
SELECT idle AS rest FROM cpu LIMIT 3
SELECT idle AS rest, host AS "the host" FROM cpu LIMIT 3
SELECT idle, idle FROM cpu LIMIT 2
SELECT idle, idle AS idle FROM cpu LIMIT 2
SELECT time, idle FROM cpu LIMIT 2
SELECT idle FROM cpu LIMIT 5
SELECT idle FROM cpu LIMIT 5 OFFSET 7
SELECT idle FROM cpu OFFSET 70
SELECT idle FROM cpu LIMIT 3 OFFSET 1000
SELECT idle FROM cpu ORDER BY time DESC LIMIT 4
SELECT idle FROM cpu ORDER BY time ASC LIMIT 4
SELECT idle FROM cpu ORDER BY DESC LIMIT 4
SELECT * FROM cpu ORDER BY time DESC LIMIT 4 OFFSET 3
SELECT idle FROM cpu GROUP BY host
SELECT idle FROM cpu GROUP BY host LIMIT 2
SELECT idle FROM cpu GROUP BY host LIMIT 2 OFFSET 1
SELECT idle FROM cpu GROUP BY host ORDER BY time DESC LIMIT 2
SELECT idle FROM cpu GROUP BY host ORDER BY time DESC LIMIT 1 SLIMIT 1
SELECT value FROM /mem|disk/ ORDER BY time DESC LIMIT 1
SELECT max(value) FROM mem, disk GROUP BY host ORDER BY time DESC
SELECT last(value) FROM disk_io GROUP BY disk ORDER BY time DESC
SELECT idle FROM cpu GROUP BY host, region LIMIT 1
SELECT idle FROM cpu GROUP BY region LIMIT 2
SELECT idle FROM cpu GROUP BY * LIMIT 1
SELECT * FROM cpu GROUP BY * LIMIT 2
SELECT * FROM cpu GROUP BY host LIMIT 2
SELECT * FROM cpu GROUP BY /^h/ LIMIT 2
SELECT * FROM cpu GROUP BY missing LIMIT 2
SELECT * FROM cpu GROUP BY host SLIMIT 1
SELECT * FROM cpu GROUP BY host SLIMIT 1 SOFFSET 1
SELECT * FROM cpu GROUP BY host LIMIT 1 SLIMIT 2 SOFFSET 1
SELECT * FROM cpu GROUP BY host SOFFSET 9
SELECT * FROM /cpu|mem/ GROUP BY host LIMIT 1
SELECT * FROM mem GROUP BY *
SELECT * FROM "température salle"
SELECT "wert 1" FROM "température salle" WHERE "größe" = 'klein'
SELECT * FROM "température salle" GROUP BY "größe"
SELECT "wert_2", "k,1" FROM "température salle"
SELECT * FROM "quote\\"d"
SELECT "f\\"1" FROM "quote\\"d" WHERE who = 'it\\'s'
SELECT * FROM "back\\\\slash"
SELECT * FROM "select" GROUP BY "from"
SELECT * FROM nanos
SELECT v FROM nanos WHERE time > 1700000000000000001 AND time <= 1700000000000000007
SELECT * FROM odd
SELECT * FROM below
SELECT * FROM wide
SELECT * FROM db
SELECT * FROM db WHERE db = 'x'
SELECT v FROM db GROUP BY db
SELECT * FROM late
SELECT * FROM late ORDER BY time DESC
SELECT * FROM first
SELECT * FROM "1"
SELECT * FROM "_internal"
SELECT * FROM "a.b" WHERE "c.d" = 'e.f'
SELECT * FROM UPPER
SELECT * FROM upper
SELECT * FROM "U__x"
SELECT * FROM value
SELECT * FROM disk
SELECT value FROM disk_io
SELECT * FROM ints
SELECT * FROM bools
SELECT idle FROM cpu WHERE host = 'a' AND time < 1700000030s
SELECT idle FROM cpu WHERE host != 'a' AND time < 1700000030s
SELECT idle FROM cpu WHERE host <> 'a' AND time < 1700000030s
SELECT idle FROM cpu WHERE host =~ /a|b/ AND time < 1700000030s
SELECT idle FROM cpu WHERE host !~ /^[ab]$/ LIMIT 2
SELECT idle FROM cpu WHERE host =~ /./ LIMIT 2
SELECT idle FROM cpu WHERE region = '' LIMIT 2
SELECT idle FROM cpu WHERE region != '' LIMIT 2
SELECT idle FROM cpu WHERE missing = '' LIMIT 2
SELECT idle FROM cpu WHERE missing = 'x'
SELECT idle FROM cpu WHERE missing != 'x' LIMIT 2
SELECT idle FROM cpu WHERE missing =~ /x/
SELECT idle FROM cpu WHERE (host = 'a' OR host = 'b') AND region = 'us' LIMIT 2
SELECT idle FROM cpu WHERE host = 'a' OR region = 'us' LIMIT 4
SELECT idle FROM cpu WHERE idle > 56
SELECT idle, busy FROM cpu WHERE busy < 0 AND host = 'b'
SELECT idle, busy FROM cpu WHERE busy = 1.5 OR host = 'c' LIMIT 9
SELECT idle FROM cpu WHERE busy >= 1 AND busy <= 1.5
SELECT idle FROM cpu WHERE busy != -2.5 LIMIT 5
SELECT idle FROM cpu WHERE idle > busy LIMIT 3
SELECT idle FROM cpu WHERE idle - busy > 55
SELECT idle FROM cpu WHERE idle > 50 AND busy > 0 GROUP BY host
SELECT idle FROM cpu WHERE missing > 0
SELECT idle FROM cpu WHERE 56 < idle LIMIT 3
SELECT idle FROM cpu WHERE idle = 'a'
SELECT idle FROM cpu WHERE host = 1
SELECT idle FROM cpu WHERE host = "a"
SELECT idle FROM cpu WHERE host = 'it''s'
SELECT idle FROM cpu WHERE time = 1700000010s
SELECT idle FROM cpu WHERE time = 1700000010000000000
SELECT idle FROM cpu WHERE time > 1700000010s AND time < 1700000030s
SELECT idle FROM cpu WHERE time >= '2023-11-14T22:13:30Z' AND time <= '2023-11-14T22:13:40Z'
SELECT idle FROM cpu WHERE time >= '2023-11-14T22:13:30.5Z' AND time <= '2023-11-14T22:13:40Z'
SELECT idle FROM cpu WHERE time >= '2023-11-14 22:13:30' AND time < '2023-11-14 22:13:50.000000001'
SELECT idle FROM cpu WHERE time > '2023-11-14' AND time < '2023-11-14T22:13:40+00:00'
SELECT idle FROM cpu WHERE time > '2023-11-14T23:18:00+01:00'
SELECT idle FROM cpu WHERE time > 'yesterday'
SELECT idle FROM cpu WHERE time > 1699999999s + 1m AND time < 1700000000s + 90s
SELECT idle FROM cpu WHERE time < 28333334m AND host = 'b'
SELECT idle FROM cpu WHERE 1700000280s < time
SELECT idle FROM cpu WHERE time > 1700000280000ms
SELECT idle FROM cpu WHERE time > 1700000280000000u
SELECT idle FROM cpu WHERE time > now()
SELECT idle FROM cpu WHERE time > now() - 1h
SELECT idle FROM cpu WHERE time > now() - 1d2h3m
SELECT idle FROM cpu WHERE time < now() - 1w LIMIT 2
SELECT idle FROM cpu WHERE time != 1700000010s LIMIT 2
SELECT idle FROM cpu WHERE time > 1700000030s AND time < 1700000010s
SELECT idle FROM cpu WHERE time = 1700000010s OR time = 1700000030s
SELECT idle FROM cpu WHERE true
SELECT v FROM fresh WHERE time > now() - 1h
SELECT max(v) FROM fresh WHERE time > now() - 10m AND time < now() + 10m
SELECT v FROM fresh WHERE time > now() - 1h AND time < now() - 90s
SELECT v FROM days WHERE time >= '2023-11-15' AND time < '2023-11-17'
""" + "".join("SELECT %s FROM cpu WHERE %s\n" % (call, WITHIN) for call in (
    "mean(idle)", "max(idle)", "min(idle)", "sum(idle)", "count(idle)",
    "first(idle)", "last(idle)", "median(idle)", "percentile(idle, 90)",
    "percentile(idle, 50.5)", "stddev(busy)", "spread(idle)",
    "count(busy)", "count(*)", "mean(*)", "max(*)", "last(*)", "first(*)",
    "sum(/b/)", "mean(idle), max(idle), min(idle)", "mean(idle) AS m",
    "max(idle), host", "max(idle), busy", "first(idle), busy, host",
    "percentile(idle, 10), host", "min(idle) - max(idle)",
    "mean(idle) + mean(busy)", "sum(idle) / count(idle)",
    "2 * sum(busy)", "sum(busy) * 100 / 4 - 1", "(sum(busy) + 1) * 2",
    "mean(idle), *", "count(host)", "mean(missing)", "mean(host)",
    "count(distinct(idle))", "distinct(idle)", "mode(idle)", "top(idle, 3)",
    "bottom(idle, host, 2)", "integral(idle)", "sample(idle, 100)",
    "MEAN(idle)", "Sum(idle)", "sum(idle) AS \"a b\"", "abs(idle)",
    "mean(idle), mean(idle)", "-sum(busy)", "sum(idle) % 7",
    "stddev(idle)", "median(busy)", "spread(busy)", "percentile(idle, 100)",
    "percentile(idle, 0)", "percentile(idle, 1)", "last(idle), host",
)) + "".join("SELECT %s FROM cpu WHERE %s GROUP BY %s\n" % (
    call, WITHIN, by) for call, by in (
    ("mean(idle)", "time(1m)"), ("max(idle)", "time(1m)"),
    ("min(idle)", "time(90s)"), ("sum(idle)", "time(1m), host"),
    ("count(idle)", "time(1m), *"), ("count(busy)", "time(10s)"),
    ("first(busy)", "time(30s)"), ("last(busy)", "time(30s), region"),
    ("median(idle)", "time(1m), host"), ("stddev(busy)", "time(1m)"),
    ("spread(busy)", "time(1m)"), ("percentile(idle, 75)", "time(1m)"),
    ("mean(idle)", "host"), ("mean(idle)", "*"), ("mean(idle)", "/o/"),
    ("mean(idle)", "region"), ("mean(*)", "host"), ("count(*)", "time(2m)"),
    ("max(idle)", "host"), ("max(idle), busy", "host"),
    ("mean(idle)", "time(1m, 15s)"), ("mean(idle)", "time(1m, -15s)"),
    ("mean(idle)", "time(1m) fill(none)"),
    ("mean(idle)", "time(1m) fill(null)"),
    ("mean(idle)", "time(1m) fill(previous)"),
    ("mean(idle)", "time(1m) fill(linear)"),
    ("mean(idle)", "time(1m) fill(0)"), ("mean(idle)", "time(1m) fill(-1.5)"),
    ("count(idle)", "time(1m) fill(7)"), ("count(busy)", "time(1m) fill(none)"),
    ("sum(busy)", "time(10s), host fill(previous)"),
    ("sum(busy)", "time(10s), host fill(linear)"),
    ("sum(busy)", "time(10s), host fill(none)"),
    ("sum(busy)", "time(10s), host fill(100)"),
    ("mean(idle), sum(busy)", "time(10s) fill(previous)"),
    ("mean(idle)", "time(1m) ORDER BY time DESC"),
    ("mean(idle)", "time(1m), host ORDER BY time DESC LIMIT 2"),
    ("mean(idle)", "time(1m) LIMIT 3"), ("mean(idle)", "time(1m) LIMIT 3 OFFSET 2"),
    ("mean(idle)", "time(1m), host LIMIT 2 SLIMIT 1"),
    ("mean(idle)", "time(1m), host fill(none) LIMIT 2 SLIMIT 2 SOFFSET 1"),
    ("sum(busy)", "time(10s) fill(previous) ORDER BY time DESC LIMIT 9"),
    ("sum(busy)", "time(10s), host fill(linear) ORDER BY time DESC LIMIT 9"),
    ("mean(idle) - mean(busy)", "time(1m)"),
    ("sum(busy) / count(busy)", "time(10s), host"),
    ("(max(idle) - min(idle)) / 2 AS half", "time(1m)"),
    ("100 - mean(idle)", "time(1m) fill(0)"),
    ("derivative(mean(idle), 1m)", "time(1m)"),
    ("derivative(mean(idle))", "time(1m)"),
    ("derivative(mean(idle), 10s)", "time(1m), host"),
    ("derivative(mean(idle), 1m)", "time(1m) fill(0)"),
    ("non_negative_derivative(max(idle), 1s)", "time(1m)"),
    ("difference(last(idle))", "time(1m)"),
    ("difference(mean(busy))", "time(10s), host"),
    ("non_negative_difference(last(idle))", "time(30s)"),
    ("moving_average(mean(idle), 2)", "time(1m)"),
    ("cumulative_sum(sum(idle))", "time(1m)"),
    ("cumulative_sum(count(idle))", "time(1m), host"),
    ("mean(idle), derivative(mean(idle), 1m)", "time(1m)"),
    ("derivative(mean(idle), 1m) * 2", "time(1m)"),
    ("difference(sum(idle)) + cumulative_sum(sum(idle))", "time(1m)"),
    ("max(idle)", "time(52w)"), ("sum(idle)", "time(1d)"),
    ("sum(idle)", "time(1w)"), ("sum(idle)", "time(1h30m)"),
    ("elapsed(mean(idle))", "time(1m)"),
    ("first(idle), last(idle), mean(idle) AS mean2", "time(2m), host"),
    ("mean(missing)", "time(1m)"), ("mean(missing)", "time(1m) fill(0)"),
    ("holt_winters(mean(idle), 2, 0)", "time(1m)"),
)) + """
SELECT derivative(total) FROM requests
SELECT derivative(last(total), 1s) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(30s), code
SELECT difference(last(total)) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(30s) fill(previous)
SELECT moving_average(last(total), 3) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(30s)
SELECT cumulative_sum(last(total)) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(30s)
SELECT non_negative_derivative(max(total), 1s) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(20s) ORDER BY time DESC
SELECT derivative(total) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY code
SELECT mean(total) FROM requests WHERE time > 1700000120s AND time <= 1700000240s GROUP BY time(30s) fill(previous)
SELECT derivative(mean(total), 30s) FROM requests WHERE time >= 1700000120s AND time < 1700000240s GROUP BY time(30s), code ORDER BY time DESC SLIMIT 1
SELECT derivative(total, 1m) FROM requests WHERE code = '200'
SELECT derivative(total, 10s) FROM requests GROUP BY code
SELECT non_negative_derivative(total, 1s) FROM requests GROUP BY *
SELECT non_negative_derivative(total) FROM requests WHERE code = '200'
SELECT difference(total) FROM requests WHERE code = '200'
SELECT non_negative_difference(total) FROM requests WHERE code = '200'
SELECT difference(total) FROM requests GROUP BY code ORDER BY time DESC LIMIT 3
SELECT moving_average(total, 4) FROM requests WHERE code = '500'
SELECT moving_average(total, 4) FROM requests GROUP BY code LIMIT 2
SELECT cumulative_sum(total) FROM requests WHERE code = '500'
SELECT cumulative_sum(total) FROM requests GROUP BY code
SELECT elapsed(total, 1s) FROM requests WHERE code = '500' LIMIT 4
SELECT derivative(*) FROM requests WHERE code = '500' LIMIT 3
SELECT derivative(total), difference(total) FROM requests WHERE code = '500' LIMIT 3
SELECT derivative(v, 1u) FROM nanos
SELECT difference(v) FROM below
SELECT sum(total) FROM requests GROUP BY code
SELECT max(total) FROM requests GROUP BY path
SELECT moving_average(last(total), 3) FROM requests WHERE time >= 1700000120s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT last(total) FROM requests WHERE code='500' AND time < 1700000240s GROUP BY time(30s)
SELECT moving_average(last(total), 2) FROM requests WHERE time >= 1700000120s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT moving_average(last(total), 5) FROM requests WHERE time >= 1700000120s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT derivative(last(total), 30s) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT difference(last(total)) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT difference(last(total)) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) ORDER BY time DESC
SELECT derivative(last(total), 30s) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) ORDER BY time DESC
SELECT moving_average(last(total), 3) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) ORDER BY time DESC
SELECT cumulative_sum(last(total)) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) ORDER BY time DESC
SELECT elapsed(last(total), 1s) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) ORDER BY time DESC
SELECT elapsed(last(total), 1s) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s)
SELECT derivative(total, 1s) FROM requests WHERE code='500' ORDER BY time DESC LIMIT 3
SELECT elapsed(total, 1s) FROM requests WHERE code='500' ORDER BY time DESC LIMIT 3
SELECT moving_average(total, 3) FROM requests WHERE code='500' ORDER BY time DESC LIMIT 3
SELECT derivative(last(total), 30s) FROM requests WHERE time >= 1700000100s AND time < 1700000240s AND code='500' GROUP BY time(30s) fill(0)
SELECT derivative(last(total), 30s) FROM requests WHERE time >= 1700000100s AND time < 1700000340s AND code='500' GROUP BY time(30s) fill(0) ORDER BY time DESC
SELECT derivative(last(total), 30s) FROM requests WHERE time >= 1699999900s AND time < 1700000040s AND code='500' GROUP BY time(30s) fill(0)
SELECT moving_average(last(total), 3) FROM requests WHERE time >= 1699999900s AND time < 1700000100s AND code='500' GROUP BY time(30s) fill(0)
SELECT cumulative_sum(last(total)) FROM requests WHERE time >= 1699999900s AND time < 1700000100s AND code='500' GROUP BY time(30s) fill(1)
SELECT mean(total), percentile(total, 101) FROM requests
SELECT percentile(total, 101) FROM requests WHERE time < 1700000100s GROUP BY time(1m)
SELECT percentile(total, 101) FROM requests WHERE time < 1700000100s GROUP BY time(1m) fill(none)
SELECT stddev(value) FROM disk
SELECT stddev(value) FROM disk WHERE time < 1700000100s GROUP BY time(1m) fill(none)
SELECT stddev(value) FROM disk WHERE time > 1700000000s - 90s AND time < 1700000100s GROUP BY time(1m) fill(0)
SELECT stddev(value) FROM disk WHERE time > 1700000000s - 90s AND time < 1700000100s GROUP BY time(1m) fill(previous)
SELECT idle + 1, busy + 1 FROM cpu LIMIT 3
SELECT busy + 1 FROM cpu LIMIT 3
SELECT idle, a AS idle, idle FROM cpu LIMIT 1
SELECT busy, idle AS busy, host AS busy FROM cpu LIMIT 1
SELECT mean(idle) AS max, max(idle), max(busy) FROM cpu
SELECT idle FROM cpu OFFSET 2
SELECT idle FROM cpu GROUP BY host OFFSET 25
SELECT mean(idle) FROM cpu WHERE time < 1700000400s GROUP BY time(1m) OFFSET 2
SELECT /./ FROM cpu GROUP BY /^h/ LIMIT 1
SELECT *, host FROM cpu GROUP BY /^h/ LIMIT 1
SELECT sum(busy) FROM cpu WHERE host='a' AND time >= 1700000000s AND time < 1700000100s GROUP BY time(10s) fill(previous) ORDER BY time DESC
SELECT sum(busy) FROM cpu WHERE host='a' AND time >= 1700000000s AND time < 1700000100s GROUP BY time(10s) fill(linear) ORDER BY time DESC
SELECT idle + busy FROM cpu LIMIT 5
SELECT idle + busy FROM cpu WHERE host = 'a' AND time < 1700000050s
SELECT idle * 2 AS twice, busy / 2 FROM cpu LIMIT 4
SELECT idle - 50, (idle + 1) * 2 FROM cpu LIMIT 4
SELECT busy / 0 FROM cpu LIMIT 2
SELECT a + b * c - d / 2 FROM wide
SELECT (a + b) * (c - d) FROM wide
SELECT a, b, a / b AS ratio FROM wide
SELECT -a FROM wide
SELECT g % 4 FROM wide
SELECT a & b FROM wide
SELECT 1 FROM cpu
SELECT 1 + 1 FROM cpu
SELECT idle + 'a' FROM cpu
SELECT sum(v) FROM below GROUP BY sign
SELECT sum(v), count(v), mean(v), min(v), max(v) FROM below
SELECT mean(v) FROM days
SELECT sum(v) FROM days WHERE time >= '2023-11-14' AND time < '2023-11-20' GROUP BY time(1d)
SELECT sum(v) FROM days WHERE time >= '2023-11-14' AND time < '2023-11-20' GROUP BY time(1d) fill(linear)
SELECT sum(v) FROM days WHERE time >= '2023-11-14' AND time < '2023-11-20' GROUP BY time(1d) tz('Europe/Berlin')
SELECT sum(v) FROM days WHERE time >= '2023-11-14' AND time < '2023-11-20' GROUP BY time(1d, 6h) fill(none)
SELECT v FROM days tz('America/New_York')
SELECT count(v) FROM days WHERE time < '2023-11-20' GROUP BY time(1d) LIMIT 3
SELECT count(idle) FROM cpu GROUP BY time(52w) LIMIT 1
SELECT count(v) FROM fresh GROUP BY time(52w)
SELECT last(v) FROM late
SELECT first(v) FROM late GROUP BY t
SELECT count(v) FROM first
SELECT mean(value) FROM /mem|disk/
SELECT mean(value) FROM mem, disk_io
SELECT mean(value) FROM /mem|disk/ GROUP BY host, disk
SELECT max(idle) FROM cpu GROUP BY host
SELECT last(idle) FROM cpu
SELECT last(idle), host FROM cpu GROUP BY region
SELECT mean(m) FROM (SELECT max(idle) AS m FROM cpu GROUP BY host)
SELECT sum(c) FROM (SELECT count(busy) AS c FROM cpu WHERE time < 1700000400s GROUP BY time(1m), host)
SELECT mean(up) FROM bools
SELECT mean(count), sum(count), max(count) FROM ints
SELECT count / 2 FROM ints
"""

# As Grafana asks, and more of the same.
PANELS = """
SELECT cumulative_sum(mean(idle)) FROM cpu WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(50s), host LIMIT 2 OFFSET 1
SELECT derivative(percentile(idle, 50), 1s) FROM cpu WHERE time >= 1700000050s AND time < 1700000200s GROUP BY time(50s), host
SELECT derivative(mean(idle), 1s) FROM cpu WHERE busy > 0 AND time >= 1700000100s AND time < 1700000300s GROUP BY time(50s)
SELECT last(total), derivative(last(total), 30s) FROM requests WHERE time >= 1700000100s AND time < 1700000200s AND code='500' GROUP BY time(30s)
SELECT mean("idle") FROM "cpu" WHERE ("host" = 'a') AND time >= 1700000000000ms and time <= 1700000300000ms GROUP BY time(10s) fill(null)
SELECT mean("idle") AS "mean_idle", max("busy") FROM "autogen"."cpu" WHERE ("host" =~ /^(a|b)$/ AND "region" != '') AND time >= 1700000000000ms and time <= 1700000300000ms GROUP BY time(30s), "host"::tag fill(linear) ORDER BY time ASC
SELECT non_negative_derivative(mean("total"), 1s) / 1000 * -1 FROM "requests" WHERE time >= 1700000000000ms and time <= 1700000300000ms GROUP BY time(30s), "code" fill(null)
SELECT "idle" FROM "cpu" WHERE ("host"::tag =~ /^a$/) AND time > 1700000000000ms and time < 1700000100000ms LIMIT 1000
SELECT last("idle") FROM "cpu" WHERE time >= 1700000000000ms AND time <= 1700000300000ms GROUP BY "host"
SELECT sum("m") FROM (SELECT max("idle") AS "m" FROM "cpu" WHERE time >= 1700000000000ms and time <= 1700000300000ms GROUP BY time(1m), "host") WHERE time >= 1700000000000ms and time <= 1700000300000ms GROUP BY time(1m) fill(null)
SHOW TAG VALUES FROM "cpu" WITH KEY = "host" WHERE "region" =~ /^(eu|us)$/
SHOW TAG VALUES WITH KEY = "host" WHERE time > 1700000000000ms AND time < 1700000100000ms
SHOW MEASUREMENTS LIMIT 100
SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i)^CP/ LIMIT 100
SHOW FIELD KEYS FROM "cpu" LIMIT 1
SHOW TAG KEYS FROM "q"."autogen"."cpu"
SHOW TAG KEYS FROM "autogen"."cpu"
SHOW FIELD KEYS FROM "autogen"."cpu"
SHOW SERIES FROM "cpu" WHERE "host" = 'a' LIMIT 1 OFFSET 0
SELECT count("idle") FROM "cpu" WHERE "host" =~ /[ab]/ AND time >= 1700000000s AND time < 1700000600s GROUP BY time(2m), "region" fill(0) SLIMIT 2
SELECT difference(max("idle")) FROM /cpu|requests/ WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(50s), * fill(previous)
SELECT mean(/^(idle|busy)$/) FROM cpu WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(1m)
SELECT max(*) FROM /cpu|mem/ GROUP BY host
SELECT idle, host FROM cpu WHERE host =~ /^(?:a|c)$/ AND idle >= 57 ORDER BY time DESC
SELECT moving_average(median(idle), 2) FROM cpu WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(50s)
SELECT spread(idle), stddev(busy), median(idle) FROM cpu WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(1m), region ORDER BY time DESC LIMIT 2
SELECT first(idle), last(busy) FROM cpu GROUP BY time(52w), host LIMIT 1
SELECT min(idle), max(idle) FROM cpu WHERE time >= 1700000000s AND time < 1700000200s GROUP BY time(1m), host SLIMIT 1 SOFFSET 2
"""

BAD = """
SELECT
SELECT idle
SELECT idle FROM
SELECT idle FROM cpu WHERE
SELECT idle FROM cpu GROUP
SELECT idle FROM cpu GROUP BY
SELECT idle FROM cpu LIMIT
SELECT idle FROM cpu LIMIT x
SELECT idle FROM cpu LIMIT -1
SELECT idle FROM cpu LIMIT 1.5
SELECT idle FROM cpu LIMIT 0
SELECT idle FROM cpu OFFSET
SELECT idle FROM cpu ORDER BY idle
SELECT idle FROM cpu ORDER BY time DESC, idle
SELECT idle FROM cpu fill(null)
SELECT idle FROM cpu fill(x)
SELECT idle FROM cpu GROUP BY time(1m)
SELECT idle FROM cpu GROUP BY time()
SELECT mean(idle) FROM cpu GROUP BY time(x)
SELECT mean(idle) FROM cpu GROUP BY time(1m, x)
SELECT mean(idle) FROM cpu GROUP BY time(0s)
SELECT mean(idle) FROM cpu GROUP BY time(1m), time(2m)
SELECT mean(idle) FROM cpu GROUP BY time(1x)
SELECT mean(idle) FROM cpu GROUP BY 1
SELECT mean(idle) FROM cpu GROUP BY mean(host)
SELECT mean(idle), busy FROM cpu
SELECT mean(idle), host FROM cpu
SELECT max(idle), max(busy), host FROM cpu
SELECT idle, mean(busy) FROM cpu
SELECT mean() FROM cpu
SELECT mean(idle, busy) FROM cpu
SELECT mean(1) FROM cpu
SELECT mean('x') FROM cpu
SELECT mean(mean(idle)) FROM cpu
SELECT percentile(idle) FROM cpu
SELECT percentile(idle, 101) FROM cpu
SELECT percentile(idle, -1) FROM cpu
SELECT percentile(idle, 'x') FROM cpu
SELECT derivative() FROM cpu
SELECT derivative(idle, 1) FROM cpu
SELECT derivative(idle, -1s) FROM cpu
SELECT derivative(idle, 1s, 2s) FROM cpu
SELECT derivative(mean(idle), 1m) FROM cpu
SELECT derivative(idle) FROM cpu WHERE time > 0 GROUP BY time(1m)
SELECT moving_average(idle) FROM cpu
SELECT moving_average(idle, 1) FROM cpu
SELECT moving_average(idle, 1.5) FROM cpu
SELECT difference(mean(idle)) FROM cpu
SELECT cumulative_sum(1) FROM cpu
SELECT foo(idle) FROM cpu
SELECT foo() FROM cpu
SELECT idle FROM cpu WHERE idle
SELECT idle FROM cpu WHERE 1
SELECT idle FROM cpu WHERE 'a'
SELECT idle FROM cpu WHERE host
SELECT idle FROM cpu WHERE idle > 50 AND host
SELECT idle FROM cpu WHERE (idle)
SELECT idle FROM cpu WHERE mean(idle) > 1
SELECT idle FROM cpu WHERE time > true
SELECT idle FROM cpu WHERE time > 1.5
SELECT idle FROM cpu WHERE time > now() * 2
SELECT idle FROM cpu WHERE time > -1
SELECT idle FROM cpu WHERE time = host
SELECT idle FROM cpu WHERE host =
SELECT idle FROM cpu WHERE host = 'a
SELECT idle FROM cpu WHERE host =~ 'a'
SELECT idle FROM cpu WHERE host =~ /(/
SELECT idle FROM cpu WHERE host =~ /a
SELECT idle FROM cpu WHERE (host = 'a'
SELECT idle FROM cpu WHERE host = 'a')
SELECT idle FROM cpu WHERE host == 'a'
SELECT idle FROM cpu WHERE host = 'a' AND
SELECT idle FROM cpu WHERE time > 1x
SELECT idle FROM cpu WHERE time =~ /x/
SELECT idle FROM cpu WHERE time > "x"
SELECT idle FROM cpu WHERE time > 99999999999999999999
SELECT idle FROM "cpu
SELECT idle FROM cpu;; SELECT
SELECT idle FROM cpu SELECT idle FROM cpu
SELECT idle, FROM cpu
SELECT idle FROM cpu,
SELECT idle AS FROM cpu
SELECT idle FROM a.b.c.d
SELECT * + 1 FROM cpu
SELECT FROM cpu
SELECT idle FROM cpu SLIMIT x
SELECT idle FROM cpu tz('Nowhere/Here')
SELECT idle FROM cpu tz(1)
SELECT $ FROM cpu
SELECT $x FROM cpu
SELECT idle FROM cpu WHERE host = $x
SELECT mean(idle FROM cpu
SELECT (idle FROM cpu
SELECT idle FROM (SELECT idle FROM cpu
SELECT idle ! FROM cpu
SELECT idle FROM cpu # x
SELECT idle FROM cpu -- x
SELECT idle /* x */ FROM cpu LIMIT 1
SELECT 'a' FROM cpu
SELECT true FROM cpu
SELECT time FROM cpu
SELECT mean(time) FROM cpu
SELECT distinct FROM cpu
SELECT idle FROM cpu WHERE host = 'a' LIMIT 1 WHERE
SELECT idle FROM group
SELECT select FROM cpu
syntax error
SHOW
SHOW DATABASE
SHOW DATABASES x
SHOW MEASUREMENTS FROM cpu
SHOW MEASUREMENTS WITH
SHOW MEASUREMENTS WITH MEASUREMENT
SHOW MEASUREMENTS WITH MEASUREMENT =~ cpu
SHOW MEASUREMENTS ON
SHOW TAG
SHOW TAG X
SHOW TAG VALUES
SHOW TAG VALUES FROM cpu
SHOW TAG VALUES WITH
SHOW TAG VALUES WITH KEY
SHOW TAG VALUES WITH KEY =
SHOW TAG VALUES WITH KEY = 'host'
SHOW TAG VALUES WITH KEY IN
SHOW TAG VALUES WITH KEY IN host
SHOW TAG VALUES WITH KEY IN ()
SHOW TAG VALUES WITH KEY =~ x
SHOW FIELD
SHOW FIELD KEYS FROM
SHOW RETENTION
SHOW RETENTION POLICIES x
SHOW SERIES WHERE
SHOW X
CREATE
CREATE X
CREATE DATABASE
CREATE DATABASE "
CREATE DATABASE 'x'
CREATE DATABASE x y
DROP
DROP X
DROP DATABASE
DELETE
GRANT
KILL
EXPLAIN
;
"""


def lines_of(text):
    return [line for line in text.splitlines() if line]
