// scrape - a program with metrics, for weir to scrape
//
// Listens on the address that is its first argument.  What it counts is
// constant, so that any scrape has the same values.
package main

import (
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

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
		sizes.Observe(size)
	}
	prometheus.MustRegister(requests, stock, sizes)
	http.Handle("/metrics", promhttp.Handler())
	panic(http.ListenAndServe(os.Args[1], nil))
}
