/* receiver_test.c - what a receiver says to senders that do not behave */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/receiver.h"
#include "link/word.h"
#include "spec.h"

enum { CREDIT = 8 << 20, SAID_MOST = 16, LAYOUTS_MOST = 2, STREAMS_MOST = 2 };

/* A receiver, what it said last, and a store behind it. */
struct scene {
    struct receiver *receiver;
    struct frame *said[SAID_MOST]; /* [said_count] */
    size_t said_count;
    int64_t now_ns;
    uint64_t last;          /* what the store says is durable */
    uint64_t appended;      /* batches */
    const struct peer *who; /* whose key all frames show; or NULL */
    unsigned foreign;       /* labels that it claimed */
    unsigned limited;       /* limits that it met */
    int answer;             /* of append */
};

static void
keep(void *arg, const struct receiver_peer *to, struct frame *frame)
{
    struct scene *self = arg;

    (void)to;
    ck_assert_uint_lt(self->said_count, SAID_MOST);
    self->said[self->said_count++] = frame_hold(frame);
}

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    (void)arg;
    ck_assert_uint_lt(from, layout_shape(layout)->count);
}

static void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct scene *self = arg;

    (void)batch;
    if (self->answer >= 0)
        self->appended++;
    ck_assert_uint_ge(ticket->number, self->appended);
    return self->answer;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct scene *self = arg;

    (void)stream;
    *ret_sequence = self->last;
    return self->last ? 0 : -ENOENT;
}

static void
count_refused(void *arg, const struct peer *who, const struct weir_label *label,
              const char *why)
{
    struct scene *self = arg;

    ck_assert_ptr_eq(who, self->who);
    ck_assert(!label || strcmp(label->name, "n") == 0);
    self->foreign += label != NULL;
    self->limited += strstr(why, "may have no more") != NULL;
}

static const struct port_calls calls = {resolve, forget, append, last, NULL};

static struct scene *
scene_new(void)
{
    struct scene *self = xcalloc(1, sizeof(*self));
    struct receiver_settings settings = {
        .limits = {.credit_bytes = CREDIT,
                   .streams_most = STREAMS_MOST,
                   .layouts_most = LAYOUTS_MOST},
        .calls = &calls,
        .arg = self,
        .send = keep,
        .audit = count_refused,
        .send_arg = self,
    };

    self->receiver = receiver_new(&settings);
    self->now_ns = NS_PER_S;
    return self;
}

static void
hush(struct scene *self)
{
    while (self->said_count)
        frame_release(&self->said[--self->said_count]);
}

static void
scene_destroy(struct scene **self_p)
{
    hush(*self_p);
    receiver_destroy(&(*self_p)->receiver);
    free(*self_p);
}

/* The receiver hears 'frame' from the peer 'from', and says what is due. */
static void
hear(struct scene *self, char from, struct frame *frame)
{
    weir_cleanup(frame_release) struct frame *heard = frame;
    struct frame_view view = frame_look(heard);
    struct receiver_peer peer = {.id = {.id = {(unsigned char)from}, .size = 1},
                                 .who = self->who};

    hush(self);
    receiver_heard(self->receiver, &peer, &view, self->now_ns);
    receiver_flush(self->receiver);
}

static void
hello(struct scene *self, char from, uint8_t stream, uint64_t incarnation)
{
    struct word_hello word = {.stream = {stream},
                              .incarnation = incarnation,
                              .first = 1,
                              .name = "host"};

    hear(self, from, word_hello(0, &word));
}

/* The type of the n-th word that was said, or 0. */
static int
said(const struct scene *self, size_t n)
{
    return n < self->said_count ? frame_look(self->said[n]).head.type : 0;
}

static struct word_ack
ack_said(const struct scene *self, size_t n)
{
    struct frame_view view = {0};
    struct word_ack ack = {0};

    ck_assert_uint_lt(n, self->said_count);
    view = frame_look(self->said[n]);
    ck_assert_int_eq(word_ack_read(&view, &ack), 0);
    return ack;
}

static struct word_verdict
verdict_said(const struct scene *self, size_t n)
{
    struct word_ack ack = ack_said(self, n);
    struct word_verdict verdict = {0};

    (void)word_verdict_read(&ack.verdicts, &verdict);
    return verdict;
}

static struct frame *
layout_frame(uint32_t number, const char *value)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    const struct weir_label labels[] = {{"n", value}, {0}};
    const struct weir_series series = {&metric, "", labels};
    struct weir_layout layout = {1, &series};
    uint32_t next = 0;

    return frame_of_layout(&layout, number, 0, &next);
}

/* A batch of one sample over the layout 'number'. */
static struct frame *
batch_frame(uint64_t sequence, uint32_t number)
{
    static const int64_t time_ns = 1;
    static const double value = 1;
    weir_cleanup(layout_destroy) struct layout *layout = layout_new(number);
    struct weir_rows rows = {
        layout_shape(layout), NULL, 1, 1, &time_ns, &value, NULL};
    struct frame_head head = {.type = FRAME_BATCH, .a = sequence, .b = 1};

    struct frame *frame = frame_of_batch(&rows, 1, NULL, 0);
    frame_set_head(frame, &head);
    return frame;
}

static struct frame *
bare(uint8_t type)
{
    return word_bare(&(struct frame_head){.type = type, .a = 1, .b = 9});
}

/* One that may claim the label n=VALUE; the 'version' is that of its file. */
struct claimant {
    struct arena memory;
    struct peer peer;
};

static void
claimant_init(struct claimant *self, const char *name, const char *value)
{
    char key[KEY_TEXT_SIZE], text[256];
    struct peer_wrong wrong;
    uint8_t bytes[KEY_SIZE] = {1};

    key_write(bytes, key);
    *self = (struct claimant){0};
    (void)snprintf(text, sizeof(text),
                   "key = %s\nname = %s\nrights = write\nclaim n = %s\n", key,
                   name, value);
    ck_assert_int_eq(
        peer_read(&self->peer, "x.pub", text, &self->memory, &wrong), 0);
}

static void
claimant_fini(struct claimant *self)
{
    peer_fini(&self->peer);
    arena_clear(&self->memory);
}

START_TEST(tells_strangers_to_say_hello)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hear(scene, 'a', batch_frame(1, 1));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);
    hear(scene, 'a', bare(FRAME_PING));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);
    hear(scene, 'a', bare(FRAME_BYE));
    ck_assert_uint_eq(scene->said_count, 0);
}
END_TEST

START_TEST(welcomes_with_what_its_store_has)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    scene->last = 41;

    hello(scene, 'a', 1, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
    ck_assert_uint_eq(ack_said(scene, 0).durable, 41);
    ck_assert_uint_eq(ack_said(scene, 0).next, 42);
    ck_assert_uint_ge(ack_said(scene, 0).limit, FRAME_MOST);
}
END_TEST

START_TEST(believes_a_sender_about_what_a_lost_store_had)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    struct word_hello word = {.stream = {1}, .first = 100};

    hear(scene, 'a', word_hello(0, &word));
    ck_assert_uint_eq(ack_said(scene, 0).durable, 99);
}
END_TEST

START_TEST(keeps_an_older_process_from_its_stream)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 7);
    hello(scene, 'b', 1, 8);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
    hear(scene, 'a', bare(FRAME_PING));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);
    hello(scene, 'a', 1, 7);
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    hear(scene, 'b', bare(FRAME_PING));
    ck_assert_int_eq(said(scene, 0), FRAME_ACK);
}
END_TEST

START_TEST(refuses_senders_that_are_too_many_until_one_is_silent)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 1);
    hello(scene, 'b', 2, 1);
    hello(scene, 'c', 3, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    scene->now_ns += 11 * NS_PER_S;
    hear(scene, 'b', bare(FRAME_PING));
    hello(scene, 'c', 3, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
    hear(scene, 'b', bare(FRAME_PING));
    ck_assert_int_eq(said(scene, 0), FRAME_ACK);
    hear(scene, 'a', bare(FRAME_PING));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);
}
END_TEST

START_TEST(refuses_a_slot_and_a_version_that_it_does_not_know)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    struct word_hello word = {.stream = {1}, .first = 1};
    unsigned char body[22] = {2, 0, 3, 0}; /* speaks 2 and 3 */
    struct frame_head head = {.type = FRAME_HELLO, .a = 1};

    hear(scene, 'a', word_hello(2, &word));
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    hear(scene, 'a', frame_new(&head, body, sizeof(body)));
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    hear(scene, 'a', frame_new(&head, body, 10));
    ck_assert_int_eq(said(scene, 0), 0);
}
END_TEST

START_TEST(asks_for_a_layout_and_for_the_batch_again)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 1);
    hear(scene, 'a', batch_frame(1, 5));
    ck_assert_int_eq(said(scene, 0), FRAME_WANT);
    ck_assert_int_eq(said(scene, 1), FRAME_ACK);
    ck_assert(ack_said(scene, 1).rewind);
    ck_assert_uint_eq(ack_said(scene, 1).next, 1);
    /* What is behind it is not worth another word. */
    hear(scene, 'a', batch_frame(2, 5));
    ck_assert_uint_eq(scene->said_count, 0);
    hear(scene, 'a', layout_frame(5, "x"));
    hear(scene, 'a', batch_frame(1, 5));
    ck_assert_uint_eq(scene->appended, 1);
}
END_TEST

START_TEST(refuses_a_batch_whose_layout_never_comes)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 1);
    for (int i = 0; i < 51; i++) {
        scene->now_ns += NS_PER_S;
        hear(scene, 'a', batch_frame(1, 5));
    }
    ck_assert_uint_eq(verdict_said(scene, 0).sequence, 1);
    ck_assert_uint_eq(ack_said(scene, 0).durable, 1);
}
END_TEST

START_TEST(lets_layouts_be_listed_before_it_refuses_one_too_many)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    struct word_layout uses[] = {{2, 1}, {3, 1}};
    struct frame_head use = {.type = FRAME_USE};

    hello(scene, 'a', 1, 1);
    for (uint32_t i = 1; i <= 3; i++)
        hear(scene, 'a', layout_frame(i, "x"));
    hear(scene, 'a', batch_frame(1, 3));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);

    hear(scene, 'a', word_layouts(&use, uses, 2));
    ck_assert_int_eq(said(scene, 0), FRAME_WANT);
    hear(scene, 'a', layout_frame(3, "x"));
    hear(scene, 'a', batch_frame(1, 3));
    ck_assert_uint_eq(scene->appended, 1);

    hear(scene, 'a', word_layouts(&use, uses, 2));
    hear(scene, 'a', batch_frame(2, 4));
    ck_assert_uint_eq(scene->said_count, 0);
    receiver_durable(scene->receiver, 1);
    receiver_flush(scene->receiver);
    ck_assert_uint_eq(verdict_said(scene, 0).sequence, 2);
}
END_TEST

START_TEST(refuses_malformed_batches_and_says_so_until_it_is_known)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    struct frame_head head = {.type = FRAME_BATCH, .a = 1, .b = 1};

    hello(scene, 'a', 1, 1);
    hear(scene, 'a', frame_new(&head, "nonsense", 8));
    ck_assert_uint_eq(ack_said(scene, 0).durable, 1);
    ck_assert_str_eq(verdict_said(scene, 0).why, "the batch is malformed");
    hear(scene, 'a', bare(FRAME_PING));
    ck_assert_uint_eq(verdict_said(scene, 0).sequence, 1);
    head.type = FRAME_PING;
    head.a = 2;
    hear(scene, 'a', word_bare(&head));
    ck_assert_uint_eq(verdict_said(scene, 0).sequence, 0);
}
END_TEST

/* A stream of one peer, in 'slot', and a batch of it. */
static void
begin_slot(struct scene *scene, uint8_t slot)
{
    struct word_hello word = {
        .stream = {slot + 1}, .incarnation = 1, .first = 1, .name = "host"};
    struct frame_head head = {.type = FRAME_BATCH, .slot = slot, .a = 1};

    hear(scene, 'a', word_hello(slot, &word));
    hear(scene, 'a', frame_new(&head, NULL, 8));
}

static uint64_t
limit_of_slot(struct scene *scene, uint8_t slot)
{
    struct frame_head head = {.type = FRAME_PING, .slot = slot, .a = 1};

    hear(scene, 'a', word_bare(&head));
    return ack_said(scene, 0).limit;
}

START_TEST(gives_what_is_fresh_three_times_the_credit_of_a_backlog)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    begin_slot(scene, 1);
    hush(scene);
    receiver_tick(scene->receiver, scene->now_ns);
    ck_assert_uint_eq(limit_of_slot(scene, 1), CREDIT);
    begin_slot(scene, 0);
    hush(scene);
    receiver_tick(scene->receiver, scene->now_ns);
    ck_assert_uint_eq(limit_of_slot(scene, 0), CREDIT / 4 * 3);
    ck_assert_uint_eq(limit_of_slot(scene, 1), CREDIT / 4);
}
END_TEST

START_TEST(gives_no_credit_while_its_store_is_full)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(5, "x"));
    scene->answer = -ENOSPC;
    hear(scene, 'a', batch_frame(1, 5));
    ck_assert_uint_eq(ack_said(scene, 0).limit, 0);
    scene->answer = 0;
    hear(scene, 'a', batch_frame(1, 5));
    ck_assert_uint_eq(scene->appended, 0);

    hush(scene);
    receiver_room(scene->receiver);
    receiver_flush(scene->receiver);
    ck_assert_uint_ge(ack_said(scene, 0).limit, FRAME_MOST);
    ck_assert(ack_said(scene, 0).rewind);
    hear(scene, 'a', batch_frame(1, 5));
    ck_assert_uint_eq(scene->appended, 1);
}
END_TEST

START_TEST(tells_all_whom_it_gave_no_credit_when_there_is_room)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    hello(scene, 'a', 1, 1);
    hello(scene, 'b', 2, 1);
    hear(scene, 'a', layout_frame(5, "x"));
    scene->answer = -EAGAIN;
    hear(scene, 'a', batch_frame(1, 5));
    hear(scene, 'b',
         word_bare(&(struct frame_head){.type = FRAME_PING, .a = 1}));
    ck_assert_uint_eq(ack_said(scene, 0).limit, 0);
    hush(scene);
    receiver_room(scene->receiver);
    receiver_flush(scene->receiver);
    ck_assert_uint_eq(scene->said_count, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_uint_ge(ack_said(scene, i).limit, FRAME_MOST);
    hush(scene);
    receiver_room(scene->receiver);
    receiver_flush(scene->receiver);
    ck_assert_uint_eq(scene->said_count, 0);
}
END_TEST

START_TEST(refuses_batches_that_claim_anothers_label)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant own;

    claimant_init(&own, "own", "mine");
    scene->who = &own.peer;
    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(1, "mine"));
    hear(scene, 'a', layout_frame(2, "yours"));
    ck_assert_uint_eq(scene->foreign, 1);
    hear(scene, 'a', batch_frame(1, 1));
    hear(scene, 'a', batch_frame(2, 2));
    receiver_durable(scene->receiver, 1);
    receiver_flush(scene->receiver);
    ck_assert_uint_eq(scene->appended, 1);
    struct word_verdict verdict = verdict_said(scene, scene->said_count - 1);
    ck_assert_uint_eq(verdict.sequence, 2);
    ck_assert_ptr_nonnull(strstr(verdict.why, "not the sender's"));
}
END_TEST

START_TEST(judges_layouts_again_when_the_peer_may_claim_another_label)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant old, now;

    claimant_init(&old, "own", "mine");
    claimant_init(&now, "own", "other");
    scene->who = &old.peer;
    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(1, "mine"));
    scene->who = &now.peer;
    hear(scene, 'a', batch_frame(1, 1));
    ck_assert_int_eq(said(scene, 0), FRAME_RESET);
    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(1, "mine"));
    ck_assert_uint_eq(scene->foreign, 1);
    ck_assert_uint_eq(scene->appended, 0);
}
END_TEST

START_TEST(a_stream_is_its_first_peers_and_no_others)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant own, other;

    claimant_init(&own, "own", "mine");
    claimant_init(&other, "other", "mine");
    scene->who = &own.peer;
    hello(scene, 'a', 1, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
    scene->who = &other.peer;
    hello(scene, 'b', 1, 2);
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    scene->who = &own.peer;
    hello(scene, 'c', 1, 2);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
}
END_TEST

/* The same for one with limits, such as "series = 1". */
static void
limited_init(struct claimant *self, const char *limit)
{
    char key[KEY_TEXT_SIZE], text[256];
    struct peer_wrong wrong;
    uint8_t bytes[KEY_SIZE] = {1};

    key_write(bytes, key);
    *self = (struct claimant){0};
    (void)snprintf(text, sizeof(text), "key = %s\nname = own\n%s\n", key,
                   limit);
    ck_assert_int_eq(
        peer_read(&self->peer, "x.pub", text, &self->memory, &wrong), 0);
}

START_TEST(refuses_layouts_with_more_series_than_their_key_may_have)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant own;

    limited_init(&own, "series = 2");
    scene->who = &own.peer;
    hello(scene, 'a', 1, 1);
    hello(scene, 'b', 2, 1);
    hear(scene, 'a', layout_frame(1, "x"));
    hear(scene, 'b', layout_frame(1, "y"));
    hear(scene, 'b', layout_frame(2, "z"));
    hear(scene, 'b', layout_frame(2, "z"));
    ck_assert_uint_eq(scene->limited, 1);
    hear(scene, 'b', batch_frame(1, 1));
    hear(scene, 'b', batch_frame(2, 2));
    receiver_durable(scene->receiver, 1);
    receiver_flush(scene->receiver);
    ck_assert_uint_eq(scene->appended, 1);
    struct word_verdict verdict = verdict_said(scene, scene->said_count - 1);
    ck_assert_uint_eq(verdict.sequence, 2);
    ck_assert_ptr_nonnull(strstr(verdict.why, "no more series"));
}
END_TEST

START_TEST(takes_series_again_when_the_key_has_fewer)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant own;
    const struct word_layout gone = {1, 0};
    const struct frame_head forget = {.type = FRAME_FORGET};

    limited_init(&own, "series = 1");
    scene->who = &own.peer;
    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(1, "x"));
    hear(scene, 'a', layout_frame(2, "y"));
    hear(scene, 'a', word_layouts(&forget, &gone, 1));
    hear(scene, 'a', batch_frame(1, 2));
    ck_assert_int_eq(said(scene, 0), FRAME_WANT);
    hear(scene, 'a', layout_frame(2, "y"));
    hear(scene, 'a', batch_frame(1, 2));
    ck_assert_uint_eq(scene->appended, 1);
}
END_TEST

START_TEST(refuses_layouts_and_streams_that_are_too_many_for_their_key)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(claimant_fini) struct claimant own;

    limited_init(&own, "layouts = 1\nstreams = 1");
    scene->who = &own.peer;
    hello(scene, 'a', 1, 1);
    hear(scene, 'a', layout_frame(1, "x"));
    hear(scene, 'a', layout_frame(2, "y"));
    ck_assert_uint_eq(scene->limited, 1);
    hello(scene, 'b', 2, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_REFUSE);
    ck_assert_uint_eq(scene->limited, 2);
    hello(scene, 'b', 1, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
    /* Whoever has been silent for long makes way. */
    scene->now_ns += 60 * NS_PER_S;
    hello(scene, 'c', 3, 1);
    ck_assert_int_eq(said(scene, 0), FRAME_WELCOME);
}
END_TEST

SPEC("receiver", tells_strangers_to_say_hello, welcomes_with_what_its_store_has,
     believes_a_sender_about_what_a_lost_store_had,
     keeps_an_older_process_from_its_stream,
     refuses_senders_that_are_too_many_until_one_is_silent,
     refuses_a_slot_and_a_version_that_it_does_not_know,
     asks_for_a_layout_and_for_the_batch_again,
     refuses_a_batch_whose_layout_never_comes,
     lets_layouts_be_listed_before_it_refuses_one_too_many,
     refuses_malformed_batches_and_says_so_until_it_is_known,
     gives_what_is_fresh_three_times_the_credit_of_a_backlog,
     gives_no_credit_while_its_store_is_full,
     tells_all_whom_it_gave_no_credit_when_there_is_room,
     refuses_batches_that_claim_anothers_label,
     judges_layouts_again_when_the_peer_may_claim_another_label,
     a_stream_is_its_first_peers_and_no_others,
     refuses_layouts_with_more_series_than_their_key_may_have,
     takes_series_again_when_the_key_has_fewer,
     refuses_layouts_and_streams_that_are_too_many_for_their_key)
