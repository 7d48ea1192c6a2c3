/* promql_shapes_test.c - questions as dashboards and rules ask them
 *
 * In our words, in the shapes that are found for hosts, Kubernetes, Go
 * programs and services: what people bring along must be understood.
 */
#include <config.h>

#include "promql_text.h"

/* It must read, and both of its printed forms must read back as the same. */
static void
expect_one_understood(const char *question)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);
    weir_cleanup(weir_free) char *line = printer_line(tree_root(tree));
    weir_cleanup(weir_free) char *pretty = printer_pretty(tree_root(tree));
    weir_cleanup(tree_destroy) struct tree *again = promql_tree(pretty);
    weir_cleanup(weir_free) char *same = printer_line(tree_root(again));

    promql_expect_line(question, line);
    ck_assert_str_eq(same, line);
}

static void
expect_understood(const char *const questions[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_one_understood(questions[i]);
}

START_TEST(understands_questions_about_hosts)
{
    static const char *const questions[] = {
        "1 - avg without (cpu) (sum without (mode) (rate("
        "node_cpu_seconds_total{job=\"node\", mode=~\"idle|iowait|steal\"}"
        "[5m])))",
        "100 * (1 - avg by (instance) "
        "(irate(node_cpu_seconds_total{mode='idle'}[1m])))",
        "count without (cpu, mode) "
        "(node_cpu_seconds_total{job=\"node\",mode=\"idle\"})",
        "node_load1{job=\"node\"} / instance:node_num_cpu:sum{job=\"node\"}",
        "1 - ((node_memory_MemAvailable_bytes or (node_memory_Buffers_bytes + "
        "node_memory_Cached_bytes + node_memory_MemFree_bytes + "
        "node_memory_Slab_bytes)) / node_memory_MemTotal_bytes)",
        "(node_filesystem_avail_bytes{fstype!=\"\",mountpoint!=\"\"} / "
        "node_filesystem_size_bytes{fstype!=\"\",mountpoint!=\"\"} * 100 < 40 "
        "and predict_linear(node_filesystem_avail_bytes{fstype!=\"\"}[6h], "
        "24*60*60) < 0 and node_filesystem_readonly{fstype!=\"\"} == 0)",
        "rate(node_network_receive_errs_total{job=\"node\"}[2m]) / "
        "rate(node_network_receive_packets_total{job=\"node\"}[2m]) > 0.01",
        "(node_nf_conntrack_entries / node_nf_conntrack_entries_limit) > 0.75",
        "increase(node_vmstat_oom_kill[5m]) > 0",
        "(node_timex_offset_seconds > 0.05 and "
        "deriv(node_timex_offset_seconds[5m]) >= 0) or "
        "(node_timex_offset_seconds < -0.05 and "
        "deriv(node_timex_offset_seconds[5m]) <= 0)",
        "min_over_time(node_timex_sync_status[5m]) == 0 and "
        "node_timex_maxerror_seconds >= 16",
        "node_md_disks_required - ignoring (state) "
        "(node_md_disks{state=\"active\",device=~\"(/dev/)?md.+\"}) > 0",
        "sum without (device) (rate(node_disk_io_time_weighted_seconds_total"
        "{device=~\"(/dev/)?(mmcblk.p.+|nvme.+|sd.+|dm-.+)\"}[5m]))",
        "topk(3, max by (instance, sensor) (node_hwmon_temp_celsius))",
        "time() - node_boot_time_seconds",
        "node_uname_info * on (instance) group_left(nodename) "
        "label_replace(up, 'host', '$1', 'instance', '([^:]+)(:[0-9]+)?')",
        "absent(up{job=\"node\"} == 1)",
        "sum(rate(node_pressure_cpu_waiting_seconds_total[5m])) by (instance)",
    };

    expect_understood(questions, PROMQL_COUNT(questions));
}
END_TEST

START_TEST(understands_questions_about_kubernetes)
{
    static const char *const questions[] = {
        "sum by (cluster, namespace, pod, container) (irate("
        "container_cpu_usage_seconds_total{job=\"kubelet\", image!=\"\"}[5m])) "
        "* on (cluster, namespace, pod) group_left(node) topk by (cluster, "
        "namespace, pod) (1, max by (cluster, namespace, pod, node) "
        "(kube_pod_info{node!=\"\"}))",
        "max_over_time(kube_pod_container_status_waiting_reason{reason="
        "\"CrashLoopBackOff\", namespace=~\".*\", job=\"ksm\"}[5m]) >= 1",
        "sum by (namespace, pod) (max by (namespace, pod) "
        "(kube_pod_status_phase"
        "{phase=~\"Pending|Unknown|Failed\"}) * on (namespace, pod) "
        "group_left(owner_kind) topk by (namespace, pod) (1, max by (namespace,"
        " pod, owner_kind) (kube_pod_owner{owner_kind!=\"Job\"}))) > 0",
        "(kube_deployment_spec_replicas > kube_deployment_status_replicas_"
        "available) and (changes(kube_deployment_status_replicas_updated[10m]) "
        "== 0)",
        "kube_statefulset_status_observed_generation != "
        "kube_statefulset_metadata_generation",
        "sum(namespace_cpu:kube_pod_container_resource_requests:sum{}) - "
        "(sum(kube_node_status_allocatable{resource=\"cpu\"}) - "
        "max(kube_node_status_allocatable{resource=\"cpu\"})) > 0",
        "kube_resourcequota{type=\"used\"} / ignoring(instance, job, type) "
        "(kube_resourcequota{type=\"hard\"} > 0) > 0.9 < 1",
        "(kubelet_volume_stats_available_bytes / "
        "kubelet_volume_stats_capacity_bytes) < 0.15 and "
        "kubelet_volume_stats_used_bytes > 0 and "
        "predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * "
        "3600) < 0 unless on (cluster, namespace, persistentvolumeclaim) "
        "kube_persistentvolumeclaim_access_mode{access_mode=\"ReadOnlyMany\"} "
        "== 1",
        "histogram_quantile(0.99, sum(rate(apiserver_request_sli_duration_"
        "seconds_bucket{verb=~\"LIST|GET\", subresource!~\"proxy|log\"}[5m])) "
        "without (instance, pod))",
        "1 - ((sum(increase(apiserver_request_sli_duration_seconds_count{verb=~"
        "\"POST|PUT\"}[30d])) - sum(increase(apiserver_request_sli_duration_"
        "seconds_bucket{verb=~\"POST|PUT\",le=~\"1(\\\\.0)?\"}[30d]))) + sum("
        "code:apiserver_request_total:increase30d{code=~\"5..\"} or "
        "vector(0))) / sum(code:apiserver_request_total:increase30d)",
        "count by (cluster) (count by (git_version, cluster) (label_replace("
        "kubernetes_build_info{job!~\"kube-dns|coredns\"}, \"git_version\", "
        "\"$1\", \"git_version\", \"(v[0-9]*.[0-9]*).*\"))) > 1",
        "quantile_over_time(0.5, absent_over_time(up{job=\"api\"}[5m])[1h:])",
        "sum by (node) ((kube_pod_status_phase{phase=\"Running\"} == 1) * on "
        "(namespace, pod) group_left (node) group by (namespace, pod, node) "
        "(kube_pod_info)) / max by (node) (kube_node_status_capacity{resource="
        "\"pods\"} != 1)",
        "sum(increase(container_cpu_cfs_throttled_periods_total{container!="
        "\"\"}[5m])) by (container, pod) / sum(increase("
        "container_cpu_cfs_periods_total[5m])) by (container, pod) > (25 / "
        "100)",
        "kube_job_status_start_time{job=\"ksm\"} > 0 and "
        "time() - max by (namespace, job_name) (kube_job_status_start_time) > "
        "43200",
        "avg_over_time((rate(x_total[1m]) > 0)[1h:30s] offset 1d)",
    };

    expect_understood(questions, PROMQL_COUNT(questions));
}
END_TEST

START_TEST(understands_questions_about_go_programs_and_services)
{
    static const char *const questions[] = {
        "rate(process_cpu_seconds_total{job=\"api\"}[30s])",
        "avg by (job) (go_memstats_heap_inuse_bytes{job=~\"$job\"})",
        "go_gc_duration_seconds{quantile=\"1\"} > 0.5",
        "process_open_fds / process_max_fds > .8",
        "deriv(go_goroutines[1h]) > 0 unless "
        "rate(http_requests_total[1h]) > 0",
        "histogram_quantile(.99, sum by (le) (rate("
        "go_sched_pauses_total_gc_seconds_bucket[5m])))",
        "rate(go_gc_cycles_total_gc_cycles_total[5m]) * 60",
        "go_gc_heap_live_bytes / on (instance) "
        "clamp_min(go_gc_gomemlimit_bytes < 9.223372036854775e+18, 1)",
        "sum(rate(http_requests_total{code=~\"5..\"}[5m])) / "
        "sum(rate(http_requests_total[5m])) > (14.4 * (1 - 0.999)) and "
        "sum(rate(http_requests_total{code=~\"5..\"}[1h])) / "
        "sum(rate(http_requests_total[1h])) > (14.4 * 0.001)",
        "(sum(rate(d_bucket{le=\"0.3\"}[5m])) by (job) + "
        "sum(rate(d_bucket{le=\"1.2\"}[5m])) by (job)) / 2 / "
        "sum(rate(d_count[5m])) by (job)",
        "rate(d_seconds_sum[5m]) / rate(d_seconds_count[5m])",
        "http_requests_total - http_requests_total offset 1w",
        "sum(increase(errors_total[1d] @ end()))",
        "count_values(\"version\", build_version)",
        "sort_desc(sum by (app, proc) (instance_memory_limit_bytes - "
        "instance_memory_usage_bytes)) / 1024 / 1024",
        "ALERTS{alertname!=\"Watchdog\",alertstate=\"firing\"}",
        "(probe_ssl_earliest_cert_expiry - time()) / 86400 < 14",
        "hour() > 8 and hour() < 18 and day_of_week() > 0 < 6",
        "double_exponential_smoothing(x[1h], 0.3, 0.1)",
        "stddev_over_time(x[1h]) * 3 + avg_over_time(x[1h]) < x",
        "abs(x - avg_over_time(x[1w])) / stddev_over_time(x[1w]) > 3",
        "resets(process_start_time_seconds[1h]) or changes(up[1h])",
        "{__name__=~\"job:.+:rate5m\",job=\"api\"}",
        "{\"http.server.request.duration\",\"service.name\"=\"shop\"}",
        "scalar(count(up)) * vector(1) ^ 2 % 7 atan2 x",
    };

    expect_understood(questions, PROMQL_COUNT(questions));
}
END_TEST

SPEC("promql_shapes", understands_questions_about_hosts,
     understands_questions_about_kubernetes,
     understands_questions_about_go_programs_and_services)
