/* word.c - the bodies of the protocol's words */
#include <config.h>

#include "link/word.h"

#include <errno.h>

#include <weir/cleanup.h>

enum { ACK_REWIND = 1 }; /* a flag of FRAME_ACK, beside those of 'can' */

/* What comes from outside and is bound for logs: no control characters. */
static void
make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

struct frame *
word_hello(uint8_t slot, const struct word_hello *hello)
{
    weir_cleanup(wire_out_fini) struct wire_out out = {0};
    struct frame_head head = {.type = FRAME_HELLO,
                              .flags = hello->can,
                              .slot = slot,
                              .a = hello->first,
                              .b = hello->incarnation};

    wire_put_u16(&out, FRAME_VERSION); /* the least that is spoken */
    wire_put_u16(&out, FRAME_VERSION); /* the most */
    wire_put(&out, hello->stream, sizeof(hello->stream));
    wire_put_text(&out, hello->name);
    return frame_new(&head, out.bytes, out.size);
}

int
word_hello_read(const struct frame_view *view, struct word_hello *ret_hello)
{
    struct wire_in in = {view->body, view->size, false};
    uint16_t least = wire_u16(&in);
    uint16_t most = wire_u16(&in);
    const unsigned char *stream = wire_take(&in, sizeof(ret_hello->stream));
    const char *name = wire_text(&in, WORD_NAME_MOST);

    if (!stream || view->head.a == 0)
        return -EBADMSG;
    if (least > FRAME_VERSION || most < FRAME_VERSION)
        return -EPROTONOSUPPORT;
    if (!wire_ended(&in))
        return -EBADMSG;
    *ret_hello = (struct word_hello){.incarnation = view->head.b,
                                     .first = view->head.a,
                                     .can = view->head.flags & WORD_PACKS};
    memcpy(ret_hello->stream, stream, sizeof(ret_hello->stream));
    (void)snprintf(ret_hello->name, sizeof(ret_hello->name), "%s", name);
    make_printable(ret_hello->name);
    return 0;
}

struct frame *
word_ack(const struct frame_head *head, const struct word_ack *ack,
         const struct word_verdict *verdicts, size_t count)
{
    weir_cleanup(wire_out_fini) struct wire_out out = {0};
    struct frame_head full = *head;

    full.a = ack->durable;
    full.b = ack->limit;
    full.flags = (uint8_t)(ack->can | (ack->rewind ? ACK_REWIND : 0));
    wire_put_u64(&out, ack->next);
    if (head->type == FRAME_WELCOME)
        wire_put(&out, ack->stream, sizeof(ack->stream));
    for (size_t i = 0; i < count; i++) {
        wire_put_u64(&out, verdicts[i].sequence);
        wire_put_u32(&out, verdicts[i].refused);
        wire_put_text(&out, verdicts[i].why);
    }
    return frame_new(&full, out.bytes, out.size);
}

int
word_ack_read(const struct frame_view *view, struct word_ack *ret_ack)
{
    struct wire_in in = {view->body, view->size, false};
    struct word_ack ack = {.durable = view->head.a,
                           .limit = view->head.b,
                           .next = wire_u64(&in),
                           .rewind = view->head.flags & ACK_REWIND,
                           .can = view->head.flags & WORD_PACKS};
    struct word_verdict verdict;
    const unsigned char *stream = NULL;

    if (view->head.type == FRAME_WELCOME)
        stream = wire_take(&in, sizeof(ack.stream));
    if (stream)
        memcpy(ack.stream, stream, sizeof(ack.stream));
    ack.verdicts = in;
    while (word_verdict_read(&in, &verdict))
        if (verdict.sequence > ack.durable)
            return -EBADMSG;
    if (in.bad || ack.next <= ack.durable)
        return -EBADMSG;
    *ret_ack = ack;
    return 0;
}

bool
word_verdict_read(struct wire_in *verdicts, struct word_verdict *ret_verdict)
{
    if (verdicts->bad || verdicts->left == 0)
        return false;
    ret_verdict->sequence = wire_u64(verdicts);
    ret_verdict->refused = wire_u32(verdicts);
    (void)snprintf(ret_verdict->why, sizeof(ret_verdict->why), "%s",
                   wire_text(verdicts, WORD_WHY_MOST));
    make_printable(ret_verdict->why);
    return !verdicts->bad;
}

struct frame *
word_layouts(const struct frame_head *head, const struct word_layout *layouts,
             size_t count)
{
    return frame_new(head, layouts, count * sizeof(*layouts));
}

size_t
word_layout_count(const struct frame_view *view)
{
    return view->size / sizeof(struct word_layout);
}

struct word_layout
word_layout_at(const struct frame_view *view, size_t at)
{
    struct word_layout layout;

    memcpy(&layout, view->body + at * sizeof(layout), sizeof(layout));
    return layout;
}

struct frame *
word_refuse(uint8_t slot, const char *why)
{
    size_t length = strnlen(why, WORD_WHY_MOST);

    return frame_new(&(struct frame_head){.type = FRAME_REFUSE, .slot = slot},
                     why, length);
}

void
word_refuse_read(const struct frame_view *view, char ret_why[WORD_WHY_MOST + 1])
{
    size_t length = view->size < WORD_WHY_MOST ? view->size : WORD_WHY_MOST;

    memcpy(ret_why, view->body, length);
    ret_why[length] = '\0';
    make_printable(ret_why);
}

struct frame *
word_bare(const struct frame_head *head)
{
    return frame_new(head, NULL, 0);
}
