// go_client - asks a Prometheus API everything that client_golang can ask
//
// Prints a line for each call: its name, and what came back, as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

func tell(name string, value interface{}, warnings v1.Warnings, err error) {
	said := map[string]interface{}{"value": value}
	if len(warnings) > 0 {
		said["warnings"] = warnings
	}
	if err != nil {
		said = map[string]interface{}{"error": err.Error()}
		if typed, ok := err.(*v1.Error); ok {
			said["type"] = string(typed.Type)
		}
	}
	line, err := json.Marshal(said)
	if err != nil {
		line = []byte(err.Error())
	}
	fmt.Println(name, string(line))
}

func main() {
	client, err := api.NewClient(api.Config{Address: os.Args[1]})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	weir := v1.NewAPI(client)
	end := time.Now()
	start := end.Add(-10 * time.Minute)
	matches := []string{"go_test"}

	value, warnings, err := weir.Query(ctx, os.Args[2], end)
	tell("query", value, warnings, err)
	value, warnings, err = weir.QueryRange(ctx, os.Args[2],
		v1.Range{Start: start, End: end, Step: time.Minute})
	tell("query_range", value, warnings, err)
	value, warnings, err = weir.Query(ctx, "sum(", end)
	tell("wrong", value, warnings, err)
	value, warnings, err = weir.Query(ctx, os.Args[2], end,
		v1.WithTimeout(time.Second))
	tell("timeout", value, warnings, err)
	names, warnings, err := weir.LabelNames(ctx, matches, start, end)
	tell("labels", names, warnings, err)
	values, warnings, err := weir.LabelValues(ctx, "job", matches, start, end)
	tell("values", values, warnings, err)
	series, warnings, err := weir.Series(ctx, matches, start, end)
	tell("series", series, warnings, err)
	metadata, err := weir.Metadata(ctx, "", "10")
	tell("metadata", len(metadata) > 0, nil, err)
	targets, err := weir.Targets(ctx)
	tell("targets", targets.Active, nil, err)
	rules, err := weir.Rules(ctx)
	tell("rules", rules.Groups, nil, err)
	alerts, err := weir.Alerts(ctx)
	tell("alerts", alerts.Alerts, nil, err)
	build, err := weir.Buildinfo(ctx)
	tell("buildinfo", build.Version, nil, err)
	runtime, err := weir.Runtimeinfo(ctx)
	tell("runtimeinfo", runtime.GOMAXPROCS > 0, nil, err)
	flags, err := weir.Flags(ctx)
	tell("flags", flags, nil, err)
	config, err := weir.Config(ctx)
	tell("config", config.YAML, nil, err)
	tsdb, err := weir.TSDB(ctx)
	tell("tsdb", len(tsdb.SeriesCountByMetricName), nil, err)
	exemplars, err := weir.QueryExemplars(ctx, os.Args[2], start, end)
	tell("exemplars", exemplars, nil, err)
}
