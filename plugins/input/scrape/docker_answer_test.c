/* docker_answer_test.c - what a reader of Docker's answers promises */
#include <config.h>

#include "docker_answer.c"

#include <weir/text.h>

#include "spec.h"

enum { TEXT_SIZE = 16384 };

/* Reads a file of testdata into 'text'. */
static struct docker_text
given(const char *name, char text[TEXT_SIZE])
{
    const char *top = getenv("top_srcdir");
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/plugins/input/scrape/testdata/%s",
                   top ? top : ".", name);
    ssize_t size = weir_read_file(path, text, TEXT_SIZE);
    ck_assert_msg(size > 0, "%s", path);
    return (struct docker_text){text, (size_t)size};
}

static void
expect(const struct labelset *set, const struct weir_label *labels)
{
    for (; labels->name; labels++)
        ck_assert_str_eq(labelset_get(set, labels->name), labels->value);
}

START_TEST(each_tcp_port_of_a_container_is_a_target_in_its_network)
{
    static const struct weir_label web[] = {
        {"__address__", "172.18.0.2:8080"},
        {"__meta_docker_container_id", "8dfafdbc3a40"},
        {"__meta_docker_container_name", "/web"},
        {"__meta_docker_container_network_mode", "shop_default"},
        {"__meta_docker_container_label_com_docker_compose_service", "web"},
        {"__meta_docker_container_label_tier", "front"},
        {"__meta_docker_network_ip", "172.18.0.2"},
        {"__meta_docker_network_id", "n1"},
        {"__meta_docker_network_name", "shop_default"},
        {"__meta_docker_network_scope", "local"},
        {"__meta_docker_network_internal", "false"},
        {"__meta_docker_network_ingress", "false"},
        {"__meta_docker_network_label_com_docker_compose_project", "shop"},
        {"__meta_docker_port_private", "8080"},
        {"__meta_docker_port_public", "80"},
        {"__meta_docker_port_public_ip", "0.0.0.0"},
        {0},
    };
    static const struct weir_label inner[] = {
        {"__address__", "172.18.0.2:9100"},
        {"__meta_docker_port_private", "9100"},
        {"__meta_docker_port_public", ""},
        {0},
    };
    static const struct weir_label quiet[] = {
        {"__address__", "172.17.0.5:8000"},
        {"__meta_docker_network_name", "bridge"},
        {"__meta_docker_network_internal", "true"},
        {"__meta_docker_port_private", ""},
        {0},
    };
    static const struct weir_label agent[] = {
        {"__address__", "localhost"},
        {"__meta_docker_container_name", "/agent"},
        {0},
    };
    char texts[2][TEXT_SIZE];
    const struct docker_text containers = given("containers.json", texts[0]);
    const struct docker_text networks = given("networks.json", texts[1]);
    struct findings found = {0};

    ck_assert_int_eq(docker_answer_read(&containers, &networks, 8000, &found),
                     0);

    ck_assert_uint_eq(found.count, 5);
    expect(found.items[0], web);
    expect(found.items[2], inner);
    expect(found.items[3], quiet);
    expect(found.items[4], agent);
    findings_fini(&found);
}
END_TEST

START_TEST(what_is_not_dockers_is_refused)
{
    static const char *const cases[][2] = {
        {"", "[]"},
        {"[]", ""},
        {"{}", "[]"},
        {"[]", "{\"message\":\"no\"}"},
        {"[7]", "[]"},
        {"[", "[]"},
        {"[{\"Names\":[\"a\"],\"NetworkSettings\":{\"Networks\":{\"b\":"
         "{\"IPAddress\":\"1.2.3.4\"}}},\"Ports\":[{\"Type\":\"tcp\","
         "\"PrivatePort\":70000}]}]",
         "[]"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct findings found = {0};
        const struct docker_text one = {cases[i][0], strlen(cases[i][0])};
        const struct docker_text two = {cases[i][1], strlen(cases[i][1])};
        ck_assert_msg(docker_answer_read(&one, &two, 80, &found) == -EBADMSG,
                      "%s %s", one.text, two.text);
        findings_fini(&found);
    }
}
END_TEST

START_TEST(a_label_that_is_too_long_is_left_out)
{
    static const char format[] =
        "[{\"Names\":[\"a\"],\"Labels\":{\"x\":\"y\",\"long\":\"%0*d\"},"
        "\"NetworkSettings\":{\"Networks\":{\"b\":{\"IPAddress\":\"::1\"}}}}]";
    char *text = NULL;
    struct findings found = {0};
    const struct docker_text none = {"[]", 2};

    ck_assert_int_gt(asprintf(&text, format, FINDING_VALUE_MOST + 1, 0), 0);
    const struct docker_text all = {text, strlen(text)};
    ck_assert_int_eq(docker_answer_read(&all, &none, 80, &found), 0);

    ck_assert_uint_eq(found.count, 1);
    ck_assert_str_eq(labelset_get(found.items[0], "__address__"), "[::1]:80");
    ck_assert_str_eq(
        labelset_get(found.items[0], "__meta_docker_container_label_x"), "y");
    ck_assert_str_eq(
        labelset_get(found.items[0], "__meta_docker_container_label_long"), "");
    findings_fini(&found);
    free(text);
}
END_TEST

SPEC("docker answer", each_tcp_port_of_a_container_is_a_target_in_its_network,
     what_is_not_dockers_is_refused, a_label_that_is_too_long_is_left_out)
