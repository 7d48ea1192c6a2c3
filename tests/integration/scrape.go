// scrape - a program with metrics, for weir to scrape
//
// Listens on the address that is its first argument.  What it counts is
// constant, so that any scrape has the same values.  /metrics is text,
// /openmetrics is OpenMetrics for those who ask for it, with an exemplar and
// with samples that have times of their own.
package main

import (
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// opened has the time at which the program began.
type opened struct{ at time.Time }

var openedDesc = prometheus.NewDesc("shop_opened", "Doors.",
	[]string{"door"}, nil)

func (self opened) Describe(out chan<- *prometheus.Desc) { out <- openedDesc }

func (self opened) Collect(out chan<- prometheus.Metric) {
	for _, door := range []string{"front", "back\\\"\nyard"} {
		out <- prometheus.NewMetricWithTimestamp(self.at,
			prometheus.MustNewConstMetric(openedDesc,
				prometheus.CounterValue, 1.25, door))
	}
}

func main() {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "shop_requests_total", Help: "Requests."},
		[]string{"code", "job"})
	requests.WithLabelValues("200", "basket").Add(41)
	requests.WithLabelValues("500", "basket").Add(1.5)
	stock := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "shop_stock", Help: "Things."})
	stock.Set(-7)
	sizes := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "shop_size_bytes", Help: "Sizes.",
		Buckets: []float64{10, 100}})
	for _, size := range []float64{5, 50, 500} {
		sizes.(prometheus.ExemplarObserver).ObserveWithExemplar(size,
			prometheus.Labels{"trace_id": "a}\" b"})
	}
	prometheus.MustRegister(requests, stock, sizes)
	http.Handle("/metrics", promhttp.Handler())

	timed := prometheus.NewRegistry()
	timed.MustRegister(opened{time.Now()})
	http.Handle("/openmetrics", promhttp.HandlerFor(
		prometheus.Gatherers{prometheus.DefaultGatherer, timed},
		promhttp.HandlerOpts{EnableOpenMetrics: true}))
	panic(http.ListenAndServe(os.Args[1], nil))
}
