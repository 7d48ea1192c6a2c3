/* pods_test.c - what is known of Kubernetes' pods after a list and events */
#include <config.h>

#include "pods.c"

#include <weir/text.h>

#include "spec.h"

enum { TEXT_SIZE = 16384 };

/* Takes the list of testdata. */
static void
list(struct pods *pods)
{
    const char *top = getenv("top_srcdir");
    char text[TEXT_SIZE];
    char path[512];

    (void)snprintf(path, sizeof(path),
                   "%s/plugins/input/scrape/testdata/pods.json",
                   top ? top : ".");
    ssize_t size = weir_read_file(path, text, sizeof(text));
    ck_assert_msg(size > 0, "%s", path);
    ck_assert_int_eq(pods_take_list(pods, text, (size_t)size, true), 0);
}

static int
tell(struct pods *pods, const char *event)
{
    return pods_take_event(pods, event, strlen(event));
}

/* Returns the addresses, in a static text. */
static const char *
addresses(const struct pods *pods)
{
    static char text[1024];
    struct findings found = {0};
    size_t size = 0;

    text[0] = '\0';
    ck_assert_int_eq(pods_find(pods, &found), 0);
    for (size_t i = 0; i < found.count; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s ",
                                 labelset_get(found.items[i], "__address__"));
    findings_fini(&found);
    return text;
}

START_TEST(each_port_of_a_pod_has_prometheus_labels)
{
    static const struct weir_label expected[] = {
        {"__address__", "10.1.0.7:8080"},
        {"__metrics_path__", ""},
        {"__meta_kubernetes_namespace", "shop"},
        {"__meta_kubernetes_pod_name", "web-7d4b9-x2x8k"},
        {"__meta_kubernetes_pod_uid", "f0a1"},
        {"__meta_kubernetes_pod_ip", "10.1.0.7"},
        {"__meta_kubernetes_pod_host_ip", "192.168.0.4"},
        {"__meta_kubernetes_pod_node_name", "node-1"},
        {"__meta_kubernetes_pod_phase", "Running"},
        {"__meta_kubernetes_pod_ready", "true"},
        {"__meta_kubernetes_pod_controller_kind", "ReplicaSet"},
        {"__meta_kubernetes_pod_controller_name", "web-7d4b9"},
        {"__meta_kubernetes_pod_label_app_kubernetes_io_name", "web"},
        {"__meta_kubernetes_pod_labelpresent_empty", "true"},
        {"__meta_kubernetes_pod_annotation_prometheus_io_port", "9102"},
        {"__meta_kubernetes_pod_annotationpresent_prometheus_io_port", "true"},
        {"__meta_kubernetes_pod_container_name", "web"},
        {"__meta_kubernetes_pod_container_id", "containerd://aa"},
        {"__meta_kubernetes_pod_container_image", "shop:1"},
        {"__meta_kubernetes_pod_container_init", "false"},
        {"__meta_kubernetes_pod_container_port_name", "http"},
        {"__meta_kubernetes_pod_container_port_number", "8080"},
        {"__meta_kubernetes_pod_container_port_protocol", "TCP"},
    };
    struct pods pods = {0};
    struct findings found = {0};

    list(&pods);

    ck_assert_str_eq(addresses(&pods), "[fd00::7]:80 10.1.0.7:8080 "
                                       "10.1.0.7:9102 10.1.0.7 10.1.0.7 ");
    ck_assert_int_eq(pods_find(&pods, &found), 0);
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
        ck_assert_str_eq(labelset_get(found.items[1], expected[i].name),
                         expected[i].value);
    ck_assert_str_eq(
        labelset_get(found.items[4], "__meta_kubernetes_pod_container_init"),
        "true");
    ck_assert_str_eq(
        labelset_get(found.items[0], "__meta_kubernetes_pod_ready"), "unknown");
    ck_assert_str_eq(pods.version, "1532");
    findings_fini(&found);
    pods_fini(&pods);
}
END_TEST

START_TEST(annotations_say_which_pods_and_where)
{
    struct pods pods = {.annotated = true};
    struct findings found = {0};

    list(&pods);

    ck_assert_str_eq(addresses(&pods), "10.1.0.7:9102 10.1.0.7:9102 "
                                       "10.1.0.7:9102 10.1.0.7:9102 ");
    ck_assert_int_eq(pods_find(&pods, &found), 0);
    ck_assert_str_eq(labelset_get(found.items[0], "__metrics_path__"),
                     "/stats");
    ck_assert_str_eq(labelset_get(found.items[0], "__scheme__"), "https");
    findings_fini(&found);
    pods_fini(&pods);
}
END_TEST

#define POD(name, ip, version)                                                \
    "{\"metadata\":{\"name\":\"" name                                         \
    "\",\"namespace\":\"shop\",\"resourceVersion\":\"" version                \
    "\"},\"spec\":{\"containers\":[{\"name\":\"c\"}]},\"status\":{\"podIP\":" \
    "\"" ip "\"}}"
#define EVENT(type, object) "{\"type\":\"" type "\",\"object\":" object "}"

START_TEST(events_change_what_the_list_said)
{
    struct pods pods = {0};

    ck_assert_int_eq(tell(&pods, EVENT("ADDED", POD("b", "1.1.1.1", "7"))), 0);
    ck_assert_int_eq(tell(&pods, EVENT("ADDED", POD("a", "2.2.2.2", "8"))), 0);
    ck_assert_str_eq(addresses(&pods), "2.2.2.2 1.1.1.1 ");
    ck_assert_str_eq(pods.version, "8");
    ck_assert_int_eq(tell(&pods, EVENT("MODIFIED", POD("b", "3.3.3.3", "9"))),
                     0);
    ck_assert_str_eq(addresses(&pods), "2.2.2.2 3.3.3.3 ");
    ck_assert_int_eq(tell(&pods, EVENT("MODIFIED", POD("a", "", "10"))), 0);
    ck_assert_str_eq(addresses(&pods), "3.3.3.3 ");
    ck_assert_int_eq(
        tell(&pods, EVENT("BOOKMARK", "{\"metadata\":{\"resourceVersion\":"
                                      "\"11\"}}")),
        0);
    ck_assert_str_eq(pods.version, "11");
    ck_assert_int_eq(tell(&pods, EVENT("DELETED", POD("b", "3.3.3.3", "12"))),
                     0);
    ck_assert_str_eq(addresses(&pods), "");
    pods_fini(&pods);
}
END_TEST

START_TEST(a_list_replaces_what_was_known_its_later_parts_do_not)
{
    static const char first[] = "{\"metadata\":{\"continue\":\"more\"},"
                                "\"items\":[" POD("b", "1.1.1.1", "1") "]}";
    static const char second[] = "{\"metadata\":{\"resourceVersion\":\"5\"},"
                                 "\"items\":[" POD("a", "2.2.2.2", "1") "]}";
    struct pods pods = {0};

    list(&pods);
    ck_assert_int_eq(pods_take_list(&pods, first, strlen(first), true), 0);
    ck_assert_str_eq(pods.more, "more");
    ck_assert_int_eq(pods_take_list(&pods, second, strlen(second), false), 0);

    ck_assert_str_eq(pods.more, "");
    ck_assert_str_eq(pods.version, "5");
    ck_assert_str_eq(addresses(&pods), "2.2.2.2 1.1.1.1 ");
    pods_fini(&pods);
}
END_TEST

START_TEST(errors_and_garbage_are_told_apart)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        {EVENT("ERROR", "{\"kind\":\"Status\",\"code\":410}"), -ESTALE},
        {EVENT("ERROR", "{\"kind\":\"Status\",\"code\":500}"), -EPROTO},
        {EVENT("ADDED", "7"), -EBADMSG},
        {EVENT("ADDED", "{}"), -EBADMSG},
        {"{\"object\":{}}", -EBADMSG},
        {"[]", -EBADMSG},
        {"{", -EBADMSG},
        {"", -EBADMSG},
    };
    struct pods pods = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        ck_assert_msg(tell(&pods, cases[i].text) == cases[i].rc, "%s",
                      cases[i].text);
    ck_assert_int_eq(pods_take_list(&pods, "{}", 2, true), -EBADMSG);
    ck_assert_int_eq(pods_take_list(&pods, "{\"items\":null}", 14, true), 0);
    pods_fini(&pods);
}
END_TEST

SPEC("pods", each_port_of_a_pod_has_prometheus_labels,
     annotations_say_which_pods_and_where, events_change_what_the_list_said,
     a_list_replaces_what_was_known_its_later_parts_do_not,
     errors_and_garbage_are_told_apart)
