/* request_test.c - parameters, codings, origins and routes of requests */
#include "http/request.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "http/gzip.h"
#include "http/origin.h"
#include "http/params.h"
#include "http/route.h"

#include "spec.h"

static int
parse(const char *target, struct weir_request **ret_request)
{
    *ret_request = request_new("GET", target, NULL, NULL);
    return request_parse(*ret_request);
}

START_TEST(reads_a_query)
{
    weir_cleanup(request_destroy) struct weir_request *request = NULL;

    ck_assert_int_eq(parse("/a%20b?x=1+2&&y&=z&x=%3d=", &request), 0);
    ck_assert_str_eq(request_target(request), "/a%20b");
    ck_assert_str_eq(weir_request_get(request, "x", 0), "1 2");
    ck_assert_str_eq(weir_request_get(request, "x", 1), "==");
    ck_assert_str_eq(weir_request_get(request, "y", 0), "");
    ck_assert_str_eq(weir_request_get(request, "", 0), "z");
    ck_assert_ptr_null(weir_request_get(request, "x", 2));
}
END_TEST

START_TEST(refuses_escapes_that_are_none)
{
    static const char *const targets[] = {"/?%", "/?a=%4", "/?a=%gg",
                                          "/?a=%00b"};

    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        weir_cleanup(request_destroy) struct weir_request *request = NULL;
        ck_assert_int_eq(parse(targets[i], &request), -EBADMSG);
    }
}
END_TEST

START_TEST(refuses_too_many_parameters)
{
    weir_cleanup(request_destroy) struct weir_request *request = NULL;
    char target[2 * PARAMS_MOST + 8] = "/?";

    for (size_t i = 0; i <= PARAMS_MOST; i++)
        memcpy(target + 2 + 2 * i, "a&", 3);
    ck_assert_int_eq(parse(target, &request), -EBADMSG);
}
END_TEST

START_TEST(keeps_an_answer_until_it_is_read)
{
    weir_cleanup(request_destroy) struct weir_request *request = NULL;
    struct request_answer answer;
    char text[16];

    ck_assert_int_eq(parse("/", &request), 0);
    ck_assert_int_eq(request_answer(request, &answer), REQUEST_OPEN);
    weir_answer_head(request, "X-A", "1");
    ck_assert_int_eq(weir_answer_part(request, 201, "text/a", "abc", 3), 0);
    ck_assert_int_eq(request_answer(request, &answer), REQUEST_PARTS);
    ck_assert_int_eq(answer.status, 201);
    ck_assert_str_eq(answer.type, "text/a");
    ck_assert_str_eq(answer.heads[0].value, "1");
    ck_assert_int_eq(request_read(request, text, 2), 2);
    ck_assert_int_eq(request_read(request, text, 2), 1);
    ck_assert_int_eq(request_read(request, text, 2), -EAGAIN);

    struct weir_request *handler = request;
    weir_answer(&handler, 0, NULL, "d", 1);
    ck_assert_ptr_null(handler);
    ck_assert_int_eq(request_answer(request, &answer), REQUEST_ENDED);
    ck_assert_int_eq(request_read(request, text, 2), 1);
    ck_assert_int_eq(request_read(request, text, 2), 0);
}
END_TEST

START_TEST(unpacks_what_was_packed_in_several_members)
{
    char one[4096] = "first";
    char *packed = NULL;
    char *bytes = NULL;
    size_t size = 0;
    size_t unpacked = 0;

    ck_assert(gzip_pack(one, sizeof(one), &packed, &size));
    char *twice = calloc(size, 2);
    memcpy(twice, packed, size);
    memcpy(twice + size, packed, size);
    ck_assert_int_eq(gzip_unpack(twice, 2 * size, 8192, &bytes, &unpacked), 0);
    ck_assert_uint_eq(unpacked, 8192);
    ck_assert_str_eq(bytes + 4096, "first");
    free(bytes);

    ck_assert_int_eq(gzip_unpack(twice, 2 * size, 8191, &bytes, &unpacked),
                     -EMSGSIZE);
    ck_assert_int_eq(gzip_unpack(twice, size + 5, 8192, &bytes, &unpacked),
                     -EBADMSG);
    ck_assert_int_eq(gzip_unpack("garbage", 7, 8192, &bytes, &unpacked),
                     -EBADMSG);
    free(twice);
    free(packed);
}
END_TEST

START_TEST(does_not_pack_what_would_not_shrink)
{
    char *packed = NULL;
    size_t size = 0;

    ck_assert(!gzip_pack("x", 1, &packed, &size));
    ck_assert_ptr_null(packed);
}
END_TEST

START_TEST(reads_which_codings_are_accepted)
{
    ck_assert(gzip_is_accepted("gzip"));
    ck_assert(gzip_is_accepted("deflate, GZip ; q=1.0"));
    ck_assert(gzip_is_accepted("*"));
    ck_assert(gzip_is_accepted("gzip;q=0.01"));
    ck_assert(!gzip_is_accepted("gzip;q=0.0, br"));
    ck_assert(!gzip_is_accepted("br"));
    ck_assert(!gzip_is_accepted(""));
    ck_assert(!gzip_is_accepted(NULL));
}
END_TEST

START_TEST(knows_its_own_names_from_others)
{
    static const char *const own[] = {
        "localhost",  "LOCALHOST:9347", "127.0.0.1",          "10.0.0.7:80",
        "[::1]:9347", "store-1:9347",   "store-1.example.org"};
    static const char *const others[] = {"evil.example",
                                         "localhost.evil.example",
                                         "127.0.0.1.evil.example",
                                         "store-1.evil.example",
                                         "store",
                                         ""};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        ck_assert_msg(origin_host_is_own(own[i], "store-1.example.org"), "%s",
                      own[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_msg(!origin_host_is_own(others[i], "store-1.example.org"),
                      "%s", others[i]);
}
END_TEST

START_TEST(knows_its_own_pages_from_others)
{
    ck_assert(origin_is_own(NULL, "a:1"));
    ck_assert(origin_is_own("http://a:1", "a:1"));
    ck_assert(!origin_is_own("http://a:2", "a:1"));
    ck_assert(!origin_is_own("null", "a:1"));
    ck_assert(!origin_is_own("http://a:1", NULL));
}
END_TEST

static void
hand_over(void *arg, struct weir_request *request)
{
    (void)arg;
    (void)request;
}

static const char *
found(const struct routes *routes, const char *path)
{
    const struct route *route = routes_find(routes, "GET", path);
    return route ? route->path : "";
}

START_TEST(prefers_the_route_that_says_more)
{
    weir_cleanup(routes_fini) struct routes routes = {0};
    static const char *const paths[] = {"/*", "/a/*", "/a/*/c", "/a/b"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct http_route route = {"GET", paths[i], "", hand_over, NULL};
        ck_assert_int_eq(routes_add(&routes, &routes, &route, NULL), 0);
    }
    ck_assert_str_eq(found(&routes, "/a/b"), "/a/b");
    ck_assert_str_eq(found(&routes, "/a/x"), "/a/*");
    ck_assert_str_eq(found(&routes, "/a/"), "/a/*");
    ck_assert_str_eq(found(&routes, "/other/x"), "/*");
    ck_assert_str_eq(found(&routes, "/a"), "/*");
    ck_assert_ptr_null(routes_find(&routes, "POST", "/a/b"));
}
END_TEST

SPEC("request", reads_a_query, refuses_escapes_that_are_none,
     refuses_too_many_parameters, keeps_an_answer_until_it_is_read,
     unpacks_what_was_packed_in_several_members,
     does_not_pack_what_would_not_shrink, reads_which_codings_are_accepted,
     knows_its_own_names_from_others, knows_its_own_pages_from_others,
     prefers_the_route_that_says_more)
