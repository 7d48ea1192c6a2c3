// go_programs - a program as weir's users have them, good and bad
//
// Listens at -listen and offers /debug/vars, /metrics or both (-offer).  It is
// told what to do by GET /do?leak=N (goroutines that never end), ?collect=N
// (garbage collections while nobody is answered) or ?thrash=N (garbage until
// the collector ran N times); each answers with what the runtime counted then.
package main

import (
	"encoding/json"
	"expvar"
	"flag"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var busy sync.RWMutex

func memory() *runtime.MemStats {
	stats := new(runtime.MemStats)
	runtime.ReadMemStats(stats)
	return stats
}

func leak(count int) {
	for i := 0; i < count; i++ {
		go func() { select {} }()
	}
}

func collect(count int) {
	busy.Lock()
	defer busy.Unlock()
	for i := 0; i < count; i++ {
		runtime.GC()
	}
}

var litter [64][]byte

func thrash(count int) {
	before := debug.SetGCPercent(10)
	defer debug.SetGCPercent(before)
	for until := memory().NumGC + uint32(count); memory().NumGC < until; {
		for i := range litter {
			litter[i] = make([]byte, 1<<14)
		}
	}
}

func do(writer http.ResponseWriter, request *http.Request) {
	for name, how := range map[string]func(int){
		"leak": leak, "collect": collect, "thrash": thrash} {
		if count, err := strconv.Atoi(request.FormValue(name)); err == nil {
			how(count)
		}
	}
	stats := memory()
	_ = json.NewEncoder(writer).Encode(map[string]uint64{
		"collections": uint64(stats.NumGC), "forced": uint64(stats.NumForcedGC),
		"pause_ns": stats.PauseTotalNs})
}

func publish() {
	expvar.NewInt("requests").Set(41)
	expvar.NewInt("large").Set(9007199254740993)
	expvar.NewFloat("tenth").Set(0.1)
	expvar.NewFloat("no_number").Set(math.NaN())
	expvar.NewFloat("endless").Set(math.Inf(1))
	expvar.NewString("version").Set("+Inf, NaN: \"1\"")
	hits := expvar.NewMap("hits")
	hits.Add("/", 7)
	hits.Add("/a b", 1)
	hits.AddFloat("\x7f\a", 2.5)
	expvar.NewMap("db").Set("name", new(expvar.String))
	expvar.Get("db").(*expvar.Map).Add("open", 2)
	expvar.Publish("shards", expvar.Func(func() any { return []int{5, 6} }))
	expvar.Publish("long", expvar.Func(func() any { return make([]int, 200) }))
	expvar.Publish("goroutines", expvar.Func(func() any {
		return runtime.NumGoroutine()
	}))
}

func vars() http.Handler {
	publish()
	return http.HandlerFunc(func(writer http.ResponseWriter,
		request *http.Request) {
		busy.RLock()
		defer busy.RUnlock()
		expvar.Handler().ServeHTTP(writer, request)
	})
}

func metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(
		collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsAll)))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func main() {
	listen := flag.String("listen", "", "address")
	offer := flag.String("offer", "both", "expvar, metrics or both")
	flag.Parse()
	routes := http.NewServeMux()
	routes.HandleFunc("/do", do)
	if *offer != "metrics" {
		routes.Handle("/debug/vars", vars())
	}
	if *offer != "expvar" {
		routes.Handle("/metrics", metrics())
	}
	panic(http.ListenAndServe(*listen, routes))
}
