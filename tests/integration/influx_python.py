"""influx_python - Debian's python3-influxdb does what it can at HOST PORT

It prints what it gets; influx_clients.py compares that.  An influxd answers it
in MessagePack, weir in JSON, where 1.0 is 1 and times are texts.
"""
import re
import sys

from influxdb import InfluxDBClient, SeriesHelper
from influxdb.exceptions import InfluxDBClientError

T = 1700000000


def told(what, call, *arguments, **parameters):
    try:
        print(what + ":", call(*arguments, **parameters))
    except InfluxDBClientError as error:
        print("%s: error %s: %s" % (what, error.code,
                                   str(error.content).strip()))


def plain(value):
    """A value as both forms have it."""
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return re.sub(r"(\.\d*?)0+Z$", r"\1Z", value)
    return float(value) if isinstance(value, int) else value


def rows(found):
    """A ResultSet as text, whose own is not sorted."""
    return [((name, sorted((tags or {}).items())), plain(list(points)))
            for (name, tags), points in found.items()]


def write(client):
    points = [{"measurement": "cpu load", "tags": {"host": "h,%d" % (n % 2),
                                                   "empty": ""},
               "time": T + n, "fields": {"busy": n / 2, "idle": 10.25 - n}}
              for n in range(6)]
    told("write", client.write_points, points, time_precision="s",
         tags={"region": "eu=1"}, batch_size=4)
    told("write text times", client.write_points, [
        {"measurement": "text", "time": "2023-11-14T22:13:2%dZ" % n,
         "fields": {"value": float(n)}} for n in range(3)])
    told("write lines", client.write_points,
         ["line,a=b v=%d %d" % (n, T * 1000 + n) for n in range(3)],
         time_precision="ms", protocol="line")
    told("write one", client.write, ["one v=1 %d" % T],
         {"db": "py", "precision": "s"}, 204, "line")
    told("write nowhere", client.write_points, points, database="nowhere",
         time_precision="s")
    told("write badly", client.write, ["bad"], {"db": "py"}, 204, "line")


def write_by_helper(client):
    class Helper(SeriesHelper):
        class Meta:
            series_name = "made.{server}"
            fields = ["low", "high"]
            tags = ["server"]
            bulk_size = 2
            autocommit = True

    Meta = Helper.Meta
    Meta.client = client
    for n in range(4):
        Helper(server="s%d" % (n % 2), low=n * 1.5, high=n + 10.5,
               time=(T + n) * 10**9)
    Helper.commit(client)


def read(client):
    def query(text, **more):
        return rows(client.query(text, **more))

    for text in ('SELECT * FROM "cpu load"', 'SELECT * FROM text',
                 'SELECT busy FROM "cpu load" GROUP BY host',
                 'SELECT mean(busy), max(idle) FROM "cpu load" WHERE '
                 'time >= %ds AND time < %ds GROUP BY time(2s), *' % (T, T + 6),
                 "SELECT * FROM line", "SELECT * FROM missing",
                 "SELECT * FROM /made/ GROUP BY *", "SELEC"):
        told(text, query, text)
        told(text + ", ms", query, text, epoch="ms")
    told("bound", query, 'SELECT busy FROM "cpu load" WHERE host = $h',
         bind_params={"h": "h,1"})
    told("by POST", query, "SELECT * FROM text", method="POST")
    told("another database", query, "SELECT * FROM one", database="nowhere")
    several = client.query("SELECT * FROM one; SELECT sum(v) FROM line")
    print("several:", [rows(each) for each in several])
    told("raw", lambda: plain(client.query("SELECT * FROM text").raw))


def main():
    client = InfluxDBClient(sys.argv[1], int(sys.argv[2]), "monkit", "secret")
    print("ping:", client.ping() != "")
    told("drop none", client.drop_database, "nowhere")
    told("create", client.create_database, "py")
    told("create again", client.create_database, "py")
    told("create odd", client.create_database, "it's \"odd\" \u00e4")
    told("databases", lambda: sorted(
        each["name"] for each in client.get_list_database()))
    client.switch_database("py")
    write(client)
    write_by_helper(client)
    packed = InfluxDBClient(sys.argv[1], int(sys.argv[2]), database="py",
                            gzip=True)
    told("write packed", packed.write_points,
         ["packed v=%d %d" % (n, T + n) for n in range(50)],
         time_precision="s", protocol="line")
    told("read packed", lambda: rows(packed.query(
        "SELECT count(v), sum(v) FROM packed")))
    read(client)
    in_json = InfluxDBClient(sys.argv[1], int(sys.argv[2]), database="py",
                             headers={"Accept": "application/json"})
    told("in chunks", lambda: [rows(each) for each in in_json.query(
        "SELECT * FROM line", chunked=True, chunk_size=2)])
    told("measurements", client.get_list_measurements)
    told("series", client.get_list_series)
    told("series of one", client.get_list_series, measurement="cpu load")
    told("series by tags", client.get_list_series, tags={"a": "b"})
    told("policies", client.get_list_retention_policies)
    told("drop", client.drop_database, "py")
    told("dropped", client.query, "SELECT * FROM one")
    told("drop odd", client.drop_database, "it's \"odd\" \u00e4")
    told("databases", client.get_list_database)


main()
