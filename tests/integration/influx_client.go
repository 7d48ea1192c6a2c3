// influx_client.go - InfluxDB's Go client pings and writes to the address given
package main

import (
	"fmt"
	"os"
	"time"

	client "github.com/influxdata/influxdb/client/v2"
)

func write(c client.Client, config client.BatchPointsConfig, value interface{}) {
	batch, err := client.NewBatchPoints(config)
	if err != nil {
		fmt.Println("batch:", err)
		return
	}
	for core := 0; core < 2; core++ {
		tags := map[string]string{"core": fmt.Sprint(core), "host": "h,1"}
		fields := map[string]interface{}{"busy": core, "ok": true}
		fields["idle"] = value
		if idle, is := value.(float64); is {
			fields["idle"] = idle + float64(core)
		}
		at := time.Unix(1700000000, int64(core))
		point, err := client.NewPoint("cpu usage", tags, fields, at)
		if err != nil {
			fmt.Println("point:", err)
			return
		}
		batch.AddPoint(point)
	}
	fmt.Println("write:", c.Write(batch))
}

func main() {
	c, err := client.NewHTTPClient(client.HTTPConfig{
		Addr: os.Args[1], Username: "monkit", Password: "secret"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer c.Close()
	_, version, err := c.Ping(2 * time.Second)
	fmt.Println("ping:", version != "", err)
	write(c, client.BatchPointsConfig{Database: "a", Precision: "ns"}, 10.5)
	write(c, client.BatchPointsConfig{Database: "a", Precision: "s",
		WriteConsistency: "one"}, 10.5)
	write(c, client.BatchPointsConfig{Precision: "ns"}, 10.5)
	write(c, client.BatchPointsConfig{Database: "a", Precision: "ns",
		WriteConsistency: "two"}, 10.5)
}
