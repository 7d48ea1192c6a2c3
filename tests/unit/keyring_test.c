/* keyring_test.c - real handshakes: who comes in at a socket with keys */
#include <config.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "folder.h"
#include "link/curve.h"
#include "link/guard.h"
#include "link/socket.h"
#include "spec.h"

enum { PATIENCE_MS = 20000 };

/* A process' identity, a store that listens with it, and a client of which the
 * store knows the key, or does not. */
struct scene {
    struct folder *folder;
    struct keyring *keys;
    struct keypair client;
    void *store, *asker, *events;
    char endpoint[128];
};

static void
write_peer(struct scene *self, const char *name, const uint8_t key[KEY_SIZE],
           const char *rights)
{
    char text[KEY_TEXT_SIZE], file[256];

    key_write(key, text);
    (void)snprintf(file, sizeof(file), "key = %s\n%s", text, rights);
    (void)folder_file(self->folder, name, file);
}

static void
scene_init(struct scene *self)
{
    char key[KEY_TEXT_SIZE], text[256], peers[128], why[256];
    struct keypair own;

    socket_setup();
    self->folder = folder_new();
    keypair_make(&own);
    keypair_make(&self->client);
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
close_socket(void **socket_p)
{
    static const int no_wait_ms = 0;

    if (!*socket_p)
        return;
    (void)zmq_setsockopt(*socket_p, ZMQ_LINGER, &no_wait_ms,
                         sizeof(no_wait_ms));
    (void)zmq_close(*socket_p);
    *socket_p = NULL;
}

static void
scene_fini(struct scene *self)
{
    close_socket(&self->events);
    close_socket(&self->asker);
    close_socket(&self->store);
    keyring_destroy(&self->keys);
    folder_destroy(&self->folder);
}

static void
listen_with_keys(struct scene *self)
{
    static unsigned number; /* the one before may go on for a while */
    size_t size = sizeof(self->endpoint);
    char events[32];

    (void)snprintf(events, sizeof(events), "inproc://events-%u", number++);
    self->store = zmq_socket(socket_context(), ZMQ_ROUTER);
    ck_assert_int_eq(curve_serve(self->store, self->keys), 0);
    ck_assert_int_eq(zmq_bind(self->store, "tcp://127.0.0.1:*"), 0);
    ck_assert_int_eq(
        zmq_getsockopt(self->store, ZMQ_LAST_ENDPOINT, self->endpoint, &size),
        0);
    ck_assert_int_eq(
        zmq_socket_monitor(self->store, events,
                           ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL),
        0);
    self->events = zmq_socket(socket_context(), ZMQ_PAIR);
    ck_assert_int_eq(zmq_connect(self->events, events), 0);
}

/* Connects, with keys or without, and returns whether it was let in. */
static bool
comes_in(struct scene *self, const struct keypair *pair,
         const uint8_t store[KEY_SIZE])
{
    zmq_pollitem_t item = {self->events, 0, ZMQ_POLLIN, 0};
    unsigned char bytes[6];
    uint16_t event = 0;

    self->asker = zmq_socket(socket_context(), ZMQ_DEALER);
    if (pair) {
        (void)zmq_setsockopt(self->asker, ZMQ_CURVE_PUBLICKEY, pair->public,
                             KEY_SIZE);
        (void)zmq_setsockopt(self->asker, ZMQ_CURVE_SECRETKEY, pair->private,
                             KEY_SIZE);
        (void)zmq_setsockopt(self->asker, ZMQ_CURVE_SERVERKEY, store, KEY_SIZE);
    }
    ck_assert_int_eq(zmq_connect(self->asker, self->endpoint), 0);
    ck_assert_int_eq(zmq_poll(&item, 1, PATIENCE_MS), 1);
    ck_assert_int_eq(zmq_recv(self->events, bytes, sizeof(bytes), 0), 6);
    memcpy(&event, bytes, sizeof(event));
    close_socket(&self->asker);
    return event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
}

static const uint8_t *
public_of(const struct scene *self)
{
    return keyring_pair(self->keys)->public;
}

START_TEST(a_known_key_with_rights_comes_in)
{
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene);
    write_peer(&scene, "peers/one.pub", scene.client.public, "rights = read\n");
    listen_with_keys(&scene);
    ck_assert(comes_in(&scene, &scene.client, public_of(&scene)));
    ck_assert_uint_eq(keyring_figures(scene.keys).accepted, 1);
}
END_TEST

START_TEST(an_unknown_key_does_not_come_in)
{
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene);
    listen_with_keys(&scene);
    ck_assert(!comes_in(&scene, &scene.client, public_of(&scene)));
    ck_assert_uint_eq(keyring_figures(scene.keys).refused, 1);
}
END_TEST

START_TEST(a_known_key_without_rights_does_not_come_in)
{
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene);
    write_peer(&scene, "peers/one.pub", scene.client.public, "");
    listen_with_keys(&scene);
    ck_assert(!comes_in(&scene, &scene.client, public_of(&scene)));
}
END_TEST

START_TEST(nobody_comes_in_without_keys)
{
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene);
    listen_with_keys(&scene);
    ck_assert(!comes_in(&scene, NULL, NULL));
}
END_TEST

START_TEST(who_takes_the_store_for_another_does_not_come_in)
{
    weir_cleanup(scene_fini) struct scene scene = {0};

    scene_init(&scene);
    write_peer(&scene, "peers/one.pub", scene.client.public, "rights = read\n");
    listen_with_keys(&scene);
    ck_assert(!comes_in(&scene, &scene.client, scene.client.public));
}
END_TEST

START_TEST(while_nobody_answers_nobody_comes_in)
{
    weir_cleanup(scene_fini) struct scene scene = {0};
    uint8_t public[KEY_SIZE];

    scene_init(&scene);
    write_peer(&scene, "peers/one.pub", scene.client.public, "rights = read\n");
    listen_with_keys(&scene);
    memcpy(public, public_of(&scene), KEY_SIZE);
    keyring_destroy(&scene.keys);
    ck_assert(!comes_in(&scene, &scene.client, public));
}
END_TEST

SPEC("Keyring", a_known_key_with_rights_comes_in,
     an_unknown_key_does_not_come_in,
     a_known_key_without_rights_does_not_come_in, nobody_comes_in_without_keys,
     who_takes_the_store_for_another_does_not_come_in,
     while_nobody_answers_nobody_comes_in)
