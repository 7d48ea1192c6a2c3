/* wal_segment.c - the bytes of a segment of the log */
#include <config.h>

#include "wal_segment.h"

#include <string.h>

#include "link/crc32c.h"

static const char magic[8] = "weirwal";

static uint32_t
head_crc(const struct segment_head *head)
{
    size_t from = offsetof(struct segment_head, version);

    return crc32c(0, (const uint8_t *)head + from, sizeof(*head) - from);
}

void
segment_head_write(struct segment_head *head, uint8_t bytes[SEGMENT_HEAD])
{
    memcpy(head->magic, magic, sizeof(magic));
    head->version = SEGMENT_VERSION;
    head->crc = head_crc(head);
    memset(bytes, 0, SEGMENT_HEAD);
    memcpy(bytes, head, sizeof(*head));
    memcpy(bytes + SEGMENT_COPY, head, sizeof(*head));
}

static enum segment_kind
judge_head(const struct segment_head *head, uint64_t number)
{
    static const struct segment_head zeros;

    if (memcmp(head, &zeros, sizeof(zeros)) == 0)
        return SEGMENT_SPARE;
    if (memcmp(head->magic, magic, sizeof(magic)) != 0 ||
        head->crc != head_crc(head))
        return SEGMENT_DAMAGED;
    if (head->version > SEGMENT_VERSION)
        return SEGMENT_NEWER;
    return head->number == number ? SEGMENT_BEGUN : SEGMENT_SPARE;
}

/* Either copy is enough; when they differ it is because a beginning was torn
 * (then one of them still belongs to the file's life before) or damaged. */
enum segment_kind
segment_head_read(const uint8_t bytes[SEGMENT_HEAD], uint64_t number,
                  struct segment_head *ret_head)
{
    struct segment_head head;

    memcpy(&head, bytes, sizeof(head));
    enum segment_kind first = judge_head(&head, number);
    enum segment_kind second = first;
    if (first != SEGMENT_BEGUN) {
        memcpy(&head, bytes + SEGMENT_COPY, sizeof(head));
        second = judge_head(&head, number);
    }
    if (second == SEGMENT_BEGUN) {
        *ret_head = head;
        return SEGMENT_BEGUN;
    }
    if (first == SEGMENT_NEWER || second == SEGMENT_NEWER)
        return SEGMENT_NEWER;
    return first == second ? first : SEGMENT_DAMAGED;
}

static uint32_t
record_crc(const struct record_head *record, uint32_t salt)
{
    size_t from = offsetof(struct record_head, size);

    return crc32c(salt, (const uint8_t *)record + from, record->size - from);
}

void
record_seal(struct record_head *record, uint32_t salt)
{
    record->crc = record_crc(record, salt);
}

/* Returns what would be a record if its checksum were right. */
static const struct record_head *
record_maybe(const struct segment_view *view, size_t offset)
{
    if (offset % 8 != 0 || offset > view->size ||
        view->size - offset < sizeof(struct record_head))
        return NULL;
    const struct record_head *record =
        (const struct record_head *)(const void *)(view->bytes + offset);
    bool fits = record->size >= sizeof(*record) && record->size % 8 == 0 &&
                record->size <= view->size - offset && record->lsn > 0;
    return fits ? record : NULL;
}

const struct record_head *
record_at(const struct segment_view *view, size_t offset)
{
    const struct record_head *record = record_maybe(view, offset);

    return record && record->crc == record_crc(record, view->salt) ? record
                                                                   : NULL;
}

const struct record_head *
record_find(const struct segment_view *view, size_t offset, uint64_t least,
            uint64_t limit)
{
    enum { PATIENCE = 16 }; /* checks at most so many times the segment */
    uint64_t checked = 0;
    uint64_t most = least + view->size / sizeof(struct record_head);

    if (limit > most)
        limit = most;
    for (offset = (offset + 7) / 8 * 8; offset < view->size; offset += 8) {
        const struct record_head *maybe = record_maybe(view, offset);
        if (!maybe || maybe->lsn < least || maybe->lsn >= limit)
            continue;
        if (maybe->crc == record_crc(maybe, view->salt))
            return maybe;
        checked += maybe->size;
        if (checked > PATIENCE * (uint64_t)view->size)
            return NULL;
    }
    return NULL;
}
