/* guard_test.c - who must go from a socket with keys */
#include <config.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "folder.h"
#include "link/curve.h"
#include "link/guard.h"
#include "link/socket.h"
#include "spec.h"

enum { PATIENCE_S = 20, CLIENTS_MOST = 64 };

/* A guarded socket on a stage that this thread runs, and bare TCP clients that
 * never get through a handshake. */
struct scene {
    struct folder *folder;
    struct keyring *keys;
    struct stage *stage;
    void *store;
    struct guard *guard;
    struct sockaddr_in address;
    int clients[CLIENTS_MOST]; /* [count] */
    size_t count;
};

static void
open_keys(struct scene *self)
{
    char key[KEY_TEXT_SIZE], text[256], peers[128], why[256];
    struct keypair own;

    keypair_make(&own);
    key_write(own.private, key);
    (void)snprintf(text, sizeof(text), "private = %s\n", key);
    folder_make(self->folder, "peers");
    (void)snprintf(peers, sizeof(peers), "%s/peers", self->folder->path);
    const char *path = folder_file(self->folder, "key", text);
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert_int_eq(keyring_open(path, peers, why, sizeof(why), &self->keys),
                     0);
}

static void
scene_init(struct scene *self, const struct guard_limits *limits)
{
    static const int wait_ms = 60000;
    char endpoint[128];
    size_t size = sizeof(endpoint);

    socket_setup();
    self->folder = folder_new();
    open_keys(self);
    self->stage = stage_new("guard");
    self->store = zmq_socket(socket_context(), ZMQ_ROUTER);
    ck_assert_int_eq(zmq_setsockopt(self->store, ZMQ_HANDSHAKE_IVL, &wait_ms,
                                    sizeof(wait_ms)),
                     0);
    ck_assert_int_eq(curve_serve(self->store, self->keys), 0);
    const struct guard_settings settings = {self->store, self->keys, "test",
                                            *limits};
    ck_assert_int_eq(guard_open(self->stage, &settings, &self->guard), 0);
    ck_assert_int_eq(zmq_bind(self->store, "tcp://127.0.0.1:*"), 0);
    ck_assert_int_eq(
        zmq_getsockopt(self->store, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    self->address.sin_family = AF_INET;
    self->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->address.sin_port =
        htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10));
}

static void
scene_fini(struct scene *self)
{
    static const int no_wait_ms = 0;

    for (size_t i = 0; i < self->count; i++)
        (void)close(self->clients[i]);
    guard_destroy(&self->guard);
    (void)zmq_setsockopt(self->store, ZMQ_LINGER, &no_wait_ms,
                         sizeof(no_wait_ms));
    (void)zmq_close(self->store);
    stage_destroy(&self->stage);
    keyring_destroy(&self->keys);
    folder_destroy(&self->folder);
}

static void
connect_many(struct scene *self, size_t count)
{
    for (; count > 0; count--) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ck_assert_int_eq(connect(fd, (const struct sockaddr *)&self->address,
                                 sizeof(self->address)),
                         0);
        self->clients[self->count++] = fd;
    }
}

/* Says whether the other side has ended the connection. */
static bool
is_cut(int fd)
{
    char bytes[256];
    struct pollfd item = {fd, POLLIN, 0};

    while (poll(&item, 1, 0) > 0)
        if (read(fd, bytes, sizeof(bytes)) <= 0)
            return true;
    return false;
}

static size_t
count_cut(const struct scene *self)
{
    size_t count = 0;

    for (size_t i = 0; i < self->count; i++)
        count += is_cut(self->clients[i]);
    return count;
}

/* Runs the stage until so many are cut, or as long as patience lasts. */
static void
wait_for_cut(struct scene *self, size_t count)
{
    int64_t deadline = clock_now_ns() + PATIENCE_S * NS_PER_S;

    while (count_cut(self) < count && clock_now_ns() < deadline)
        stage_run(self->stage, 50 * NS_PER_MS);
    ck_assert_uint_eq(count_cut(self), count);
}

START_TEST(of_too_many_silent_ones_some_must_go)
{
    static const struct guard_limits limits = {.connections = 1000,
                                               .silent = 10,
                                               .silent_bytes = 1000,
                                               .outstanding_bytes = 1000};
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene, &limits);
    connect_many(&scene, 25);
    wait_for_cut(&scene, 15);
}
END_TEST

START_TEST(who_sends_much_before_its_first_word_must_go)
{
    static const struct guard_limits limits = {.connections = 10,
                                               .silent = 10,
                                               .silent_bytes = 100000,
                                               .outstanding_bytes = 100000};
    static const unsigned char head[] = "\xff\0\0\0\0\0\0\0\0\x7f\3\1CURVE";
    static char much[200000];
    unsigned char greeting[64] = {0};
    weir_cleanup(scene_fini) struct scene scene = {0};

    memcpy(greeting, head, sizeof(head) - 1);
    scene_init(&scene, &limits);
    connect_many(&scene, 2);
    /* A command of 1 GiB that begins. */
    ck_assert_int_eq(write(scene.clients[0], greeting, sizeof(greeting)), 64);
    ck_assert_int_eq(write(scene.clients[0], "\6\0\0\0\0\100\0\0\0", 9), 9);
    ck_assert_int_gt(write(scene.clients[0], much, sizeof(much)), 0);
    wait_for_cut(&scene, 1);
    ck_assert(is_cut(scene.clients[0]));
}
END_TEST

START_TEST(when_somebody_is_no_peer_any_more_silent_ones_must_go)
{
    weir_cleanup(scene_fini) struct scene scene = {0};
    char key[KEY_TEXT_SIZE], text[256];
    uint8_t bytes[KEY_SIZE] = {1};

    scene_init(&scene, &guard_usual);
    connect_many(&scene, 3);
    key_write(bytes, key);
    (void)snprintf(text, sizeof(text), "key = %s\nrights = read\n", key);
    const char *path = folder_file(scene.folder, "peers/one.pub", text);
    uint64_t turn = keyring_turn(scene.keys);
    while (keyring_turn(scene.keys) == turn)
        stage_run(scene.stage, 50 * NS_PER_MS);
    stage_run(scene.stage, 600 * NS_PER_MS);
    ck_assert_uint_eq(count_cut(&scene), 0);
    ck_assert_int_eq(unlink(path), 0);
    wait_for_cut(&scene, 3);
}
END_TEST

/* A client with a key that may come in; it speaks once. */
static void *
come_in(struct scene *self, const struct keypair *pair)
{
    char endpoint[64];
    void *client = zmq_socket(socket_context(), ZMQ_DEALER);

    (void)snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%u",
                   ntohs(self->address.sin_port));
    (void)zmq_setsockopt(client, ZMQ_CURVE_PUBLICKEY, pair->public, KEY_SIZE);
    (void)zmq_setsockopt(client, ZMQ_CURVE_SECRETKEY, pair->private, KEY_SIZE);
    (void)zmq_setsockopt(client, ZMQ_CURVE_SERVERKEY,
                         keyring_pair(self->keys)->public, KEY_SIZE);
    ck_assert_int_eq(zmq_connect(client, endpoint), 0);
    ck_assert_int_eq(zmq_send(client, "hello", 5, 0), 5);
    return client;
}

static void
leave(void **client_p)
{
    static const int no_wait_ms = 0;

    (void)zmq_setsockopt(*client_p, ZMQ_LINGER, &no_wait_ms,
                         sizeof(no_wait_ms));
    (void)zmq_close(*client_p);
}

static void
know(struct scene *self, const struct keypair *pair, const char *limit)
{
    char key[KEY_TEXT_SIZE], text[256];

    key_write(pair->public, key);
    (void)snprintf(text, sizeof(text), "key = %s\nrights = write\n%s\n", key,
                   limit);
    (void)folder_file(self->folder, "peers/one.pub", text);
}

/* Waits for a message, and asks the guard who sent it. */
static const struct peer *
hear(struct scene *self)
{
    int64_t deadline = clock_now_ns() + PATIENCE_S * NS_PER_S;
    const struct peer *peer = NULL;
    zmq_msg_t message;
    int size = -1;

    (void)zmq_msg_init(&message);
    while (size < 0 && clock_now_ns() < deadline) {
        stage_run(self->stage, 20 * NS_PER_MS);
        size = zmq_msg_recv(&message, self->store, ZMQ_DONTWAIT);
    }
    ck_assert_int_ge(size, 0);
    ck_assert_int_ge(zmq_msg_recv(&message, self->store, 0), 0);
    peer = guard_hear(self->guard, &message);
    (void)zmq_msg_close(&message);
    return peer;
}

/* Waits until the monitor of 'client' tells that its connection has ended. */
static void
wait_for_end(struct scene *self, void *events)
{
    int64_t deadline = clock_now_ns() + PATIENCE_S * NS_PER_S;
    unsigned char bytes[6];
    int size = -1;

    while (size < 0 && clock_now_ns() < deadline) {
        stage_run(self->stage, 50 * NS_PER_MS);
        size = zmq_recv(events, bytes, sizeof(bytes), ZMQ_DONTWAIT);
    }
    ck_assert_int_eq(size, sizeof(bytes));
}

static void *
watch_end(void *client)
{
    void *events = zmq_socket(socket_context(), ZMQ_PAIR);

    ck_assert_int_eq(
        zmq_socket_monitor(client, "inproc://end", ZMQ_EVENT_DISCONNECTED), 0);
    ck_assert_int_eq(zmq_connect(events, "inproc://end"), 0);
    return events;
}

START_TEST(who_sends_a_message_without_end_must_go)
{
    static const struct guard_limits limits = {.connections = 10,
                                               .silent = 10,
                                               .silent_bytes = 100000,
                                               .outstanding_bytes = 1000000};
    static const char much[10000];
    weir_cleanup(scene_fini) struct scene scene = {0};
    struct keypair pair;

    keypair_make(&pair);
    scene_init(&scene, &limits);
    know(&scene, &pair, "");
    weir_cleanup(leave) void *client = come_in(&scene, &pair);
    ck_assert_str_eq(hear(&scene)->name, "one");
    weir_cleanup(leave) void *events = watch_end(client);
    for (int i = 0; i < 500; i++)
        (void)zmq_send(client, much, sizeof(much), ZMQ_SNDMORE);
    (void)zmq_send(client, "first", 5, 0);
    for (int i = 0; i < 500; i++)
        (void)zmq_send(client, much, sizeof(much), ZMQ_SNDMORE);
    wait_for_end(&scene, events);
}
END_TEST

START_TEST(of_too_many_connections_by_a_key_some_must_go)
{
    static const struct guard_limits limits = {.connections = 10,
                                               .silent = 10,
                                               .silent_bytes = 100000,
                                               .outstanding_bytes = 1000000};
    weir_cleanup(scene_fini) struct scene scene = {0};
    struct keypair pair;

    keypair_make(&pair);
    scene_init(&scene, &limits);
    know(&scene, &pair, "connections = 1");
    weir_cleanup(leave) void *first = come_in(&scene, &pair);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(hear(&scene));
    weir_cleanup(leave) void *second = come_in(&scene, &pair);
    weir_cleanup(leave) void *events = watch_end(second);
    ck_assert_ptr_nonnull(hear(&scene));
    wait_for_end(&scene, events);
}
END_TEST

SPEC("Guard", of_too_many_silent_ones_some_must_go,
     who_sends_much_before_its_first_word_must_go,
     who_sends_a_message_without_end_must_go,
     of_too_many_connections_by_a_key_some_must_go,
     when_somebody_is_no_peer_any_more_silent_ones_must_go)
