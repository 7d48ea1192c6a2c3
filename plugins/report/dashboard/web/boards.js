/* boards.js - what the pages of hosts and of Go services show: a table
 *
 * A panel is shown when one of the metrics that it needs is there.  In its
 * questions $who stands for the matchers of the page's instance, and $w for the
 * window of rates.  A question is [expression, name, label]: its lines have
 * that name, or the value of that label, or what tells them apart.
 */

const rate = (metric, more = '') => `rate(${metric}{$who${more}}[$w])`;
const sumBy = (label, text) => `sum by (${label}) (${text})`;
const REAL = ',device!~"lo|loop.*|ram.*"';
const REAL_FS = ',fstype!~"tmpfs|ramfs|overlay|squashfs|nsfs|autofs"';

const HOST = [
    { group: 'Processors', panels: [
        { title: 'CPU in use', unit: 'ratio', needs: 'node_cpu_seconds_total',
          help: 'Share of all processors, by what they do.',
          ask: [[`${sumBy('mode', rate('node_cpu_seconds_total',
                                       ',mode!="idle"'))} / ` +
                 'scalar(count(count by (cpu) ' +
                 '(node_cpu_seconds_total{$who})))', null, 'mode']] },
        { title: 'Load', unit: 'count', needs: 'node_load1',
          help: 'Tasks that run or want to, over 1, 5 and 15 minutes.',
          ask: [['node_load1{$who}', '1 min'], ['node_load5{$who}', '5 min'],
                ['node_load15{$who}', '15 min']] },
        { title: 'Pressure', unit: 'ratio',
          needs: 'node_pressure_cpu_waiting_seconds_total',
          help: 'Share of time in which something waited for it.',
          ask: [[rate('node_pressure_cpu_waiting_seconds_total'), 'CPU'],
                [rate('node_pressure_memory_waiting_seconds_total'), 'memory'],
                [rate('node_pressure_io_waiting_seconds_total'), 'disks']] },
        { title: 'Processes', unit: 'count', needs: 'node_procs_running',
          help: 'Tasks that run, and those that wait for a disk.',
          ask: [['node_procs_running{$who}', 'running'],
                ['node_procs_blocked{$who}', 'blocked']] },
        { title: 'Switches and interrupts', unit: '1/s',
          needs: 'node_context_switches_total',
          help: 'How often processors change what they do.',
          ask: [[rate('node_context_switches_total'), 'switches'],
                [rate('node_intr_total'), 'interrupts'],
                [rate('node_forks_total'), 'new processes']] },
    ] },
    { group: 'Memory', panels: [
        { title: 'Memory', unit: 'bytes', needs: 'node_memory_MemTotal_bytes',
          help: 'In use is what programs cannot get any more.',
          ask: [['node_memory_MemTotal_bytes{$who} - ' +
                 'node_memory_MemAvailable_bytes{$who}', 'in use'],
                ['node_memory_Cached_bytes{$who}', 'cached'],
                ['node_memory_Dirty_bytes{$who}', 'dirty'],
                ['node_memory_MemTotal_bytes{$who}', 'all']] },
        { title: 'Swap and faults', unit: '1/s', needs: 'node_vmstat_pgmajfault',
          help: 'Pages that had to come from a disk.',
          ask: [[rate('node_vmstat_pgmajfault'), 'major faults'],
                [rate('node_vmstat_pswpin'), 'swapped in'],
                [rate('node_vmstat_pswpout'), 'swapped out'],
                [rate('node_vmstat_oom_kill'), 'killed for memory']] },
    ] },
    { group: 'Disks', panels: [
        { title: 'Read', unit: 'bytes/s', needs: 'node_disk_read_bytes_total',
          help: 'Bytes read, by device.',
          ask: [[rate('node_disk_read_bytes_total', REAL), null, 'device']] },
        { title: 'Written', unit: 'bytes/s',
          needs: 'node_disk_written_bytes_total',
          help: 'Bytes written, by device.',
          ask: [[rate('node_disk_written_bytes_total', REAL), null,
                 'device']] },
        { title: 'Busy', unit: 'ratio',
          needs: 'node_disk_io_time_seconds_total',
          help: 'Share of time in which the device had something to do.',
          ask: [[rate('node_disk_io_time_seconds_total', REAL), null,
                 'device']] },
        { title: 'Time of one write', unit: 'seconds',
          needs: 'node_disk_write_time_seconds_total',
          help: 'How long a write took, waiting included.',
          ask: [[`${rate('node_disk_write_time_seconds_total', REAL)} / ` +
                 rate('node_disk_writes_completed_total', REAL), null,
                 'device']] },
    ] },
    { group: 'Filesystems', panels: [
        { title: 'Filled', unit: 'ratio', needs: 'node_filesystem_avail_bytes',
          help: 'Share of the bytes that programs may use.',
          ask: [[`1 - node_filesystem_avail_bytes{$who${REAL_FS}} / ` +
                 `(node_filesystem_size_bytes{$who${REAL_FS}} > 0)`, null,
                 'mountpoint']] },
        { title: 'Files in use', unit: 'ratio', needs: 'node_filesystem_files',
          help: 'Share of the inodes.',
          ask: [[`1 - node_filesystem_files_free{$who${REAL_FS}} / ` +
                 `(node_filesystem_files{$who${REAL_FS}} > 0)`, null,
                 'mountpoint']] },
    ] },
    { group: 'Network', panels: [
        { title: 'Received', unit: 'bytes/s',
          needs: 'node_network_receive_bytes_total',
          help: 'By device, without the loopback.',
          ask: [[rate('node_network_receive_bytes_total', REAL), null,
                 'device']] },
        { title: 'Sent', unit: 'bytes/s',
          needs: 'node_network_transmit_bytes_total',
          help: 'By device, without the loopback.',
          ask: [[rate('node_network_transmit_bytes_total', REAL), null,
                 'device']] },
        { title: 'Errors and drops', unit: '1/s',
          needs: 'node_network_receive_errs_total',
          help: 'Packets that were bad, or for which was no room.',
          ask: [[`sum(${rate('node_network_receive_errs_total')} + ` +
                 `${rate('node_network_transmit_errs_total')})`, 'errors'],
                [`sum(${rate('node_network_receive_drop_total')} + ` +
                 `${rate('node_network_transmit_drop_total')})`, 'drops']] },
        { title: 'TCP', unit: '1/s', needs: 'node_netstat_Tcp_RetransSegs',
          help: 'Connections made, and segments that had to be sent again.',
          ask: [[rate('node_netstat_Tcp_ActiveOpens'), 'opened'],
                [rate('node_netstat_Tcp_PassiveOpens'), 'accepted'],
                [rate('node_netstat_Tcp_RetransSegs'), 'sent again']] },
        { title: 'Sockets', unit: 'count', needs: 'node_sockstat_TCP_inuse',
          help: 'TCP connections that are open or close.',
          ask: [['node_sockstat_TCP_inuse{$who}', 'in use'],
                ['node_sockstat_TCP_tw{$who}', 'time-wait']] },
    ] },
];

const quantiles = (metric) => [['0.5', 'half'], ['0.95', '95 %'],
                               ['0.99', '99 %']].map(([share, name]) => [
    `histogram_quantile(${share}, ${sumBy('le', rate(`${metric}_bucket`))})`,
    name]);

const SERVICE = [
    { group: 'Requests', panels: [
        { title: 'Requests', unit: '1/s', needs: 'http_requests_total',
          help: 'Answered requests by status.',
          ask: [[sumBy('code', rate('http_requests_total')), null, 'code']] },
        { title: 'Errors', unit: 'ratio', needs: 'http_requests_total',
          help: 'Share of requests answered with a status from 500 on.',
          ask: [[`sum(${rate('http_requests_total', ',code=~"5.."')}) / ` +
                 `sum(${rate('http_requests_total')})`, 'errors']] },
        { title: 'Latency', unit: 'seconds',
          needs: 'http_request_duration_seconds_bucket',
          help: 'Half of the requests, 95 % and 99 % took at most so long.',
          ask: quantiles('http_request_duration_seconds') },
        { title: 'gRPC calls', unit: '1/s', needs: 'grpc_server_handled_total',
          help: 'Calls that were answered, by code.',
          ask: [[sumBy('grpc_code', rate('grpc_server_handled_total')), null,
                 'grpc_code']] },
        { title: 'gRPC latency', unit: 'seconds',
          needs: 'grpc_server_handling_seconds_bucket',
          help: 'Half of the calls, 95 % and 99 % took at most so long.',
          ask: quantiles('grpc_server_handling_seconds') },
    ] },
    { group: 'Program', panels: [
        { title: 'CPU', unit: 'count', needs: 'process_cpu_seconds_total',
          help: 'How many processors it keeps busy.',
          ask: [[rate('process_cpu_seconds_total'), 'CPU']] },
        { title: 'Goroutines and threads', unit: 'count',
          needs: 'go_goroutines',
          help: 'Goroutines that only grow in number are a leak.',
          ask: [['go_goroutines{$who}', 'goroutines'],
                ['go_threads{$who}', 'threads']] },
        { title: 'Descriptors', unit: 'count', needs: 'process_open_fds',
          help: 'Open files and sockets, and how many there may be.',
          ask: [['process_open_fds{$who}', 'open'],
                ['process_max_fds{$who} < 1e6', 'most']] },
        { title: 'Scheduler latency', unit: 'seconds',
          needs: 'go_sched_latencies_seconds_bucket',
          help: 'How long goroutines that could run had to wait.',
          ask: quantiles('go_sched_latencies_seconds') },
        { title: 'Waiting for mutexes', unit: 'ratio',
          needs: 'go_sync_mutex_wait_total_seconds_total',
          help: 'Goroutines that wait for a lock, on the average.',
          ask: [[rate('go_sync_mutex_wait_total_seconds_total'),
                 'waiting']] },
    ] },
    { group: 'Memory', panels: [
        { title: 'Heap', unit: 'bytes', needs: 'go_memstats_heap_alloc_bytes',
          help: 'In use, where the next collection starts, and the limit.',
          ask: [['go_memstats_heap_alloc_bytes{$who}', 'in use'],
                ['go_gc_heap_live_bytes{$who}', 'live'],
                ['go_memstats_next_gc_bytes{$who} < 2^60', 'goal'],
                ['go_gc_gomemlimit_bytes{$who} < 2^60', 'limit']] },
        { title: 'Resident memory', unit: 'bytes',
          needs: 'process_resident_memory_bytes',
          help: 'What the kernel gives the process, and what Go asked for.',
          ask: [['process_resident_memory_bytes{$who}', 'resident'],
                ['go_memstats_sys_bytes{$who}', 'from the system']] },
        { title: 'Allocated', unit: 'bytes/s',
          needs: 'go_memstats_alloc_bytes_total',
          help: 'Each byte has to be collected later.',
          ask: [[rate('go_memstats_alloc_bytes_total'), 'allocated']] },
    ] },
    { group: 'Collector of garbage', panels: [
        { title: 'CPU for garbage', unit: 'ratio',
          needs: 'go_cpu_classes_gc_total_cpu_seconds_total',
          help: 'Share of the program\'s CPU.',
          ask: [[`${rate('go_cpu_classes_gc_total_cpu_seconds_total')} / ` +
                 rate('go_cpu_classes_total_cpu_seconds_total'), 'share']] },
        { title: 'CPU for garbage since the start', unit: 'ratio',
          needs: 'go_memstats_gc_cpu_fraction',
          help: 'Share of the program\'s CPU since it started.',
          ask: [['go_memstats_gc_cpu_fraction{$who}', 'share']] },
        { title: 'Pauses', unit: 'seconds', needs: 'go_gc_pauses_seconds_bucket',
          help: 'How long the whole program stood still.',
          ask: quantiles('go_gc_pauses_seconds') },
        { title: 'Pauses of collections', unit: 'seconds',
          needs: 'go_gc_cycle_pause_seconds_bucket',
          help: 'How long the whole program stood still, each collection.',
          ask: quantiles('go_gc_cycle_pause_seconds') },
        { title: 'Pauses, as the program tells', unit: 'seconds',
          needs: 'go_gc_duration_seconds',
          help: 'Quantiles since the start.',
          ask: [['go_gc_duration_seconds{$who}', null, 'quantile']] },
        { title: 'Collections', unit: '1/s', needs: 'go_gc_duration_seconds_count',
          help: 'How often garbage was collected.',
          ask: [[rate('go_gc_duration_seconds_count'), 'collections']] },
    ] },
];

const TARGET = [
    { group: 'Scrapes', panels: [
        { title: 'Up', unit: 'count', needs: 'up',
          help: '1: the last scrape went well.',
          ask: [['up{$who}', 'up']] },
        { title: 'Time of a scrape', unit: 'seconds',
          needs: 'scrape_duration_seconds',
          help: 'How long it took to answer.',
          ask: [['scrape_duration_seconds{$who}', 'time']] },
        { title: 'Samples of a scrape', unit: 'count',
          needs: 'scrape_samples_scraped',
          help: 'How many values it told.',
          ask: [['scrape_samples_scraped{$who}', 'samples']] },
    ] },
];

const WEIR = [
    { group: 'weir', panels: [
        { title: 'CPU', unit: 'count', needs: 'weir_process_cpu_seconds_total',
          help: 'How many processors it keeps busy.',
          ask: [[rate('weir_process_cpu_seconds_total'), 'CPU']] },
        { title: 'Resident memory', unit: 'bytes',
          needs: 'weir_process_resident_memory_bytes',
          help: 'What the kernel gives the process.',
          ask: [['weir_process_resident_memory_bytes{$who}', 'resident']] },
        { title: 'Samples', unit: '1/s', needs: 'weir_source_samples_total',
          help: 'Values that inputs collected.',
          ask: [[`sum(${rate('weir_source_samples_total')})`, 'samples']] },
        { title: 'Stored series', unit: 'count', needs: 'weir_storage_series',
          help: 'Series that stores keep in memory.',
          ask: [['weir_storage_series{$who}']] },
        { title: 'Requests', unit: '1/s', needs: 'weir_http_requests_total',
          help: 'Requests that were answered.',
          ask: [[`sum(${rate('weir_http_requests_total')})`, 'requests']] },
        { title: 'Busy stages', unit: 'ratio',
          needs: 'weir_stage_cpu_seconds_total',
          help: 'CPU by stage.',
          ask: [[rate('weir_stage_cpu_seconds_total')]] },
    ] },
];

/* By the page's name; 'probe' is a metric by which the interval is found. */
export const BOARDS = {
    host: { title: 'Host', groups: HOST, probe: 'node_load1' },
    go: { title: 'Go service', groups: SERVICE, probe: 'go_goroutines' },
    target: { title: 'Target', groups: TARGET, probe: 'up' },
    weir: { title: 'weir', groups: WEIR,
            probe: 'weir_process_resident_memory_bytes' },
};
