/* answer.c - one answer of the API */
#include <config.h>

#include "answer.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

enum { PART_SIZE = 512 * 1024 };

static const char json_type[] = "application/json";

struct answer *
answer_new(struct api *api, struct weir_request *request)
{
    struct answer *self = calloc(1, sizeof(*self));

    if (!self)
        abort();
    self->api = api;
    self->request = request;
    json_raw(&self->json, "{\"status\":\"success\",\"data\":");
    return self;
}

/* Tells the instance how much memory the answer has. */
static void
count(struct answer *self, size_t size)
{
    self->api->held_bytes += size - self->counted;
    self->counted = size;
}

static void
destroy(struct answer **self_p)
{
    struct answer *self = weir_take(*self_p);

    count(self, 0);
    json_fini(&self->json);
    json_fini(&self->extra[0]);
    json_fini(&self->extra[1]);
    free(self);
}

int
answer_room(struct answer *self, size_t extra_size)
{
    const struct api *api = self->api;
    uint64_t most = api->max_answer.bytes;

    count(self, self->json.room + extra_size);
    if (most && self->json.size + extra_size > most)
        return -E2BIG;
    return api->held_bytes > api_half(api) ? -EAGAIN : 0;
}

int
answer_flush(struct answer *self)
{
    if (self->json.size < PART_SIZE)
        return 0;
    int rc = weir_answer_part(self->request, 200, json_type, self->json.bytes,
                              self->json.size);
    if (rc != -EAGAIN)
        self->json.size = 0;
    self->parcel.begun |= rc == 0;
    if (rc == -EPIPE)
        return rc;
    return answer_room(self, 0);
}

/* A parcel's done. */
static void
was_sent(struct parcel *parcel)
{
    struct answer *self = CONTAINER_OF(parcel, struct answer, parcel);

    destroy(&self);
}

static void
add_extra(struct json *extra, const char *text)
{
    json_raw(extra, extra->size ? "," : "");
    json_text(extra, text);
}

void
answer_warn(struct answer *self, const char *text)
{
    add_extra(&self->extra[0], text);
}

void
answer_add_notes(struct answer *self, const struct weir_note *notes,
                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_extra(&self->extra[strcmp(notes[i].kind, "info") == 0],
                  notes[i].text);
}

void
answer_finish_as(struct answer **self_p, const char *type)
{
    struct answer *self = weir_take(*self_p);

    count(self, self->json.room);
    self->parcel.request = weir_take(self->request);
    self->parcel.text = &self->json;
    self->parcel.type = type;
    self->parcel.done = was_sent;
    outbox_post(&self->api->outbox, self->api, &self->parcel);
}

void
answer_finish(struct answer **self_p)
{
    static const char *const names[] = {",\"warnings\":[", ",\"infos\":["};
    struct answer *self = *self_p;

    for (size_t i = 0; i < WEIR_COUNT(names); i++) {
        if (!self->extra[i].size)
            continue;
        json_raw(&self->json, names[i]);
        json_bytes(&self->json, self->extra[i].bytes, self->extra[i].size);
        json_raw(&self->json, "]");
    }
    json_raw(&self->json, "}");
    answer_finish_as(self_p, json_type);
}

void
answer_fail(struct answer **self_p, enum fault fault, const char *why)
{
    struct answer *self = *self_p;

    if (self->parcel.begun)
        weir_answer(&self->request, 200, json_type, "", 0);
    else
        fault_tell(&self->request, fault, why);
    destroy(self_p);
}

void
answer_fail_rc(struct answer **self_p, int rc)
{
    const char *why = strerror(-rc);

    if (rc == -ENOTCONN)
        why = "there is no storage to ask";
    else if (rc == -EAGAIN)
        why = "too many questions are being answered, try again";
    answer_fail(self_p, rc == -EINVAL ? FAULT_BAD_DATA : FAULT_UNAVAILABLE,
                why);
}

void
answer_fail_room(struct answer **self_p, int rc)
{
    if (rc == -E2BIG)
        answer_fail(self_p, FAULT_EXECUTION,
                    "the answer is larger than max_answer");
    else
        answer_fail(self_p, FAULT_UNAVAILABLE,
                    "other answers have all the memory that there is for them, "
                    "try again");
}

/* A question that can not be read is the asker's fault; one that can, but not
 * answered, is an execution's. */
static enum fault
fault_of(const struct weir_result *result)
{
    switch (result->rc) {
    case -EINVAL:
        return result->malformed ? FAULT_BAD_DATA : FAULT_EXECUTION;
    case -ETIMEDOUT:
        return FAULT_TIMEOUT;
    case -ECANCELED:
        return FAULT_CANCELED;
    case -E2BIG:
        return FAULT_EXECUTION;
    default:
        return FAULT_UNAVAILABLE;
    }
}

void
answer_fail_result(struct answer **self_p, const struct weir_result *result)
{
    const char *why = strerror(-result->rc);
    char text[1024];

    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "error") == 0)
            why = result->notes[i].text;
    enum fault fault = fault_of(result);
    if (fault == FAULT_BAD_DATA) {
        (void)snprintf(text, sizeof(text), "invalid parameter \"query\": %s",
                       why);
        why = text;
    }
    answer_fail(self_p, fault, why);
}
