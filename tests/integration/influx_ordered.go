// influx_ordered.go - the system that weir was ordered after, in small
//
// One client of an InfluxDB; a collector writes points each 100 ms, a storage
// part reads back what is there, and a reporter prints averages, maxima, minima
// and their rates.  All run together for ten seconds.  The points have times
// and values of their own, and each part asks about whole seconds that are
// written, so what is printed does not depend on the moment.
//
//	influx_ordered ADDRESS DATABASE
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	client "github.com/influxdata/influxdb/client/v2"
)

const (
	interval = 100 * time.Millisecond
	cycles   = 100
	second   = 10 // cycles
)

var (
	hosts = []string{"alpha", "beta,1", "gam ma"}
	begin = time.Unix(1700000000, 0)
)

type program struct {
	client   client.Client
	database string
	mutex    sync.Mutex
	said     map[string]string // by part and second
	failed   bool
}

func (p *program) check(err error, what string) {
	if err != nil {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		fmt.Println(what+":", err)
		p.failed = true
	}
}

// Collector ------------------------------------------------------------------

func (p *program) point(batch client.BatchPoints, name string,
	tags map[string]string, fields map[string]interface{}, at time.Time) {
	point, err := client.NewPoint(name, tags, fields, at)
	p.check(err, "point")
	if err == nil {
		batch.AddPoint(point)
	}
}

func (p *program) collect(cycle int) {
	batch, err := client.NewBatchPoints(client.BatchPointsConfig{
		Database: p.database, Precision: "ms"})
	p.check(err, "batch")
	at := begin.Add(time.Duration(cycle) * interval)
	for i, host := range hosts {
		tags := map[string]string{"host": host}
		p.point(batch, "load", tags, map[string]interface{}{
			"value": float64((cycle*(i+3))%17)/4 - 1,
			"tasks": float64(100 + (cycle*7+i)%29),
		}, at)
		tags["device"] = fmt.Sprintf("eth%d", i)
		p.point(batch, "net_bytes", tags, map[string]interface{}{
			"received": float64(cycle * cycle * (i + 1)),
		}, at)
	}
	p.check(p.client.Write(batch), "write")
}

func (p *program) collector(written ...chan<- int) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for cycle := 0; cycle < cycles; cycle++ {
		<-tick.C
		p.collect(cycle)
		if (cycle+1)%second != 0 {
			continue
		}
		for _, to := range written {
			to <- cycle / second
		}
	}
	for _, to := range written {
		close(to)
	}
}

// Reading --------------------------------------------------------------------

func show(out *strings.Builder, answer *client.Response) {
	for _, result := range answer.Results {
		if result.Err != "" {
			fmt.Fprintln(out, "    error:", result.Err)
		}
		for _, row := range result.Series {
			fmt.Fprintln(out, "   ", row.Name, row.Tags, row.Columns)
			for _, values := range row.Values {
				fmt.Fprintln(out, "     ", values)
			}
		}
	}
}

func (p *program) ask(out *strings.Builder, precision, text string,
	parameters map[string]interface{}) {
	p.run(out, client.NewQueryWithParameters(text, p.database, precision,
		parameters))
}

func (p *program) askInChunks(out *strings.Builder, text string) {
	p.run(out, client.Query{Command: text, Database: p.database,
		Precision: "ms", Chunked: true, ChunkSize: 4})
}

func (p *program) run(out *strings.Builder, query client.Query) {
	fmt.Fprintln(out, "  ", query.Command)
	answer, err := p.client.Query(query)
	if err == nil {
		err = answer.Error()
	}
	if err != nil {
		fmt.Fprintln(out, "    error:", err)
		return
	}
	show(out, answer)
}

// What a part does with each second that is written.
func (p *program) part(name string, written <-chan int, done *sync.WaitGroup,
	do func(out *strings.Builder, from, until string, number int)) {
	defer done.Done()
	for number := range written {
		out := &strings.Builder{}
		at := func(n int) string {
			return begin.Add(time.Duration(n) * time.Second).UTC().Format(
				time.RFC3339Nano)
		}
		do(out, at(number), at(number+1), number)
		p.mutex.Lock()
		p.said[fmt.Sprint(name, number)] = out.String()
		p.mutex.Unlock()
	}
}

func (p *program) store(out *strings.Builder, from, until string, number int) {
	within := fmt.Sprintf(" WHERE time >= '%s' AND time < '%s'", from, until)
	p.ask(out, "ms", "SELECT value, tasks, host FROM load"+within, nil)
	p.ask(out, "", `SELECT received FROM net_bytes`+within+
		` AND host = $host`, map[string]interface{}{"host": hosts[number%3]})
	p.ask(out, "ns", "SELECT * FROM net_bytes"+within+
		" AND device =~ /^eth[12]$/ ORDER BY time DESC LIMIT 5", nil)
	p.askInChunks(out, "SELECT tasks FROM load"+within+" GROUP BY host")
}

func (p *program) report(out *strings.Builder, from, until string, number int) {
	within := fmt.Sprintf(" WHERE time >= '%s' AND time < '%s'", from, until)
	all := fmt.Sprintf(" WHERE time >= %ds AND time < '%s'", begin.Unix(), until)
	each := " GROUP BY time(1s), host"
	p.ask(out, "ms", "SELECT mean(value), max(value), min(value), count(value) "+
		"FROM load"+within+" GROUP BY host", nil)
	p.ask(out, "s", "SELECT mean(tasks) AS average, spread(tasks) FROM load"+
		within, nil)
	p.ask(out, "s", "SELECT derivative(mean(value), 1s), derivative(max(value),"+
		" 1s), derivative(min(value), 1s) FROM load"+all+each, nil)
	p.ask(out, "s", "SELECT non_negative_derivative(last(received), 1s) AS rate "+
		"FROM net_bytes"+all+each+" fill(none)", nil)
	p.ask(out, "ms", "SELECT derivative(received, 1s) FROM net_bytes"+within+
		" AND device = 'eth0'", nil)
	p.ask(out, "s", "SELECT max(received) - min(received) FROM net_bytes"+all+
		" GROUP BY time(2s) fill(previous)", nil)
}

// The whole ------------------------------------------------------------------

func (p *program) prepare() {
	_, version, err := p.client.Ping(2 * time.Second)
	fmt.Println("ping:", version != "", err)
	out := &strings.Builder{}
	p.ask(out, "", "SELECT value FROM load", nil)
	p.ask(out, "", "CREATE DATABASE "+p.database, nil)
	p.ask(out, "", "SELECT value FROM load", nil)
	p.ask(out, "", "SELECT value FROM", nil)
	p.ask(out, "", "SELECT nothing(value) FROM load", nil)
	fmt.Print(out.String())
}

func (p *program) survey() {
	out := &strings.Builder{}
	for _, text := range []string{"SHOW MEASUREMENTS", "SHOW SERIES",
		"SHOW TAG KEYS", "SHOW TAG VALUES WITH KEY = host", "SHOW FIELD KEYS",
		"SELECT count(*) FROM /./", "DROP DATABASE " + p.database,
		"SELECT value FROM load"} {
		p.ask(out, "", text, nil)
	}
	fmt.Print(out.String())
}

func main() {
	c, err := client.NewHTTPClient(client.HTTPConfig{Addr: os.Args[1],
		Username: "monkit", Password: "secret"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer c.Close()
	p := &program{client: c, database: os.Args[2], said: map[string]string{}}
	p.prepare()

	toStorage, toReporter := make(chan int, cycles), make(chan int, cycles)
	done := &sync.WaitGroup{}
	done.Add(2)
	go p.part("storage", toStorage, done, p.store)
	go p.part("reporter", toReporter, done, p.report)
	p.collector(toStorage, toReporter)
	done.Wait()

	for number := 0; number < cycles/second; number++ {
		for _, name := range []string{"storage", "reporter"} {
			fmt.Printf("%s, second %d:\n%s", name, number,
				p.said[fmt.Sprint(name, number)])
		}
	}
	p.survey()
	if p.failed {
		os.Exit(1)
	}
}
