/* part_index.c - the index of a part: what each chunk is
 *
 * An entry is a byte of flags (enum part_flag) and varints, of which the common
 * chunk needs few: series since the entry before, vector since the entry
 * before, size of the frame, and what the flags say.
 */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "link/crc32c.h"
#include "part_format.h"

enum { ENTRY_MOST = 192 }; /* bytes */

void
part_entry_write(struct wire_out *out, const struct part_chunk *chunk,
                 const struct part_place *before,
                 const struct part_vector *whole)
{
    uint32_t step = chunk->series - before->series;
    struct part_summary summary;

    part_summary_write(&chunk->summary, chunk->count, &summary);
    unsigned flags = summary.flags;
    if (chunk->skip || chunk->count != whole->count)
        flags |= PART_STRETCH;
    if (step == 1 && chunk->vector == before->vector)
        flags |= PART_NEXT;
    wire_put_u8(out, (uint8_t)flags);
    if (!(flags & PART_NEXT)) {
        varint_put(out, step);
        varint_put(out, varint_fold((uint64_t)chunk->vector -
                                    (uint64_t)before->vector));
    }
    varint_put(out, chunk->size);
    if (flags & PART_STRETCH) {
        varint_put(out, chunk->skip);
        varint_put(out, chunk->count);
        varint_put(out, (uint64_t)chunk->from_ns - (uint64_t)whole->from_ns);
        varint_put(out, (uint64_t)whole->until_ns - (uint64_t)chunk->until_ns);
    }
    wire_put(out, summary.bytes, summary.size);
}

struct part_place
part_page_begin(const unsigned char *page, size_t size)
{
    struct part_page head;

    memcpy(&head, page, sizeof(head));
    return (struct part_place){
        .in = {page + sizeof(head), size - sizeof(head), false},
        .left = head.count,
        .offset = head.offset,
        .series = head.series,
        .vector = head.vector,
    };
}

/* Reads which times of 'whole' are the chunk's. */
static void
read_times(struct wire_in *in, unsigned flags, const struct part_vector *whole,
           struct part_chunk *chunk)
{
    uint64_t skip = 0, count = whole->count, later = 0, earlier = 0;

    if (flags & PART_STRETCH) {
        skip = varint_read(in);
        count = varint_read(in);
        later = varint_read(in);
        earlier = varint_read(in);
    }
    uint64_t extent = (uint64_t)whole->until_ns - (uint64_t)whole->from_ns;
    if (count == 0 || skip > whole->count || count > whole->count - skip ||
        later > extent || earlier > extent - later)
        in->bad = true;
    chunk->skip = (uint32_t)skip;
    chunk->count = (uint32_t)count;
    chunk->from_ns = (int64_t)((uint64_t)whole->from_ns + later);
    chunk->until_ns = (int64_t)((uint64_t)whole->until_ns - earlier);
}

int
part_entry_read(struct part_place *place, const struct part *part,
                const struct part_wanted *wanted, struct part_chunk *ret_chunk)
{
    struct wire_in *in = &place->in;
    unsigned flags = wire_u8(in);
    bool next = flags & PART_NEXT;
    uint64_t series = place->series + (next ? 1 : varint_read(in));
    uint64_t vector =
        place->vector + (next ? 0 : varint_unfold(varint_read(in)));
    uint64_t size = varint_read(in);
    struct part_chunk chunk = {
        .series = (uint32_t)series,
        .vector = (uint32_t)vector,
        .offset = place->offset,
        .size = (uint32_t)size,
    };

    if (in->bad || flags > PART_FLAGS || series > UINT32_MAX ||
        vector >= part->info.vectors || size > UINT32_MAX)
        return -EBADMSG;
    read_times(in, flags, &part->vectors[vector], &chunk);
    if (chunk.series < wanted->first || chunk.until_ns <= wanted->after_ns)
        part_summary_skip(in, flags);
    else
        chunk.summary = part_summary_read(in, flags, chunk.count);
    if (in->bad)
        return -EBADMSG;
    place->left--;
    place->offset += size;
    place->series = chunk.series;
    place->vector = chunk.vector;
    *ret_chunk = chunk;
    return 0;
}

static void
begin_page(struct part_index *self, const struct part_chunk *chunk)
{
    self->page = (struct part_page){
        .offset = chunk->offset,
        .series = chunk->series,
        .vector = chunk->vector,
    };
    self->last.series = chunk->series;
    self->last.vector = chunk->vector;
}

/* Appends the page to 'pages', filled up with zeros unless it is the last. */
static void
end_page(struct part_index *self, size_t size)
{
    static const unsigned char zeros[ENTRY_MOST];
    struct wire_out *pages = &self->pages;
    size_t begin = pages->size;

    wire_put(pages, &self->page, sizeof(self->page));
    wire_put(pages, self->entries.bytes, self->entries.size);
    wire_put(pages, zeros, size - (pages->size - begin));

    unsigned char *page = pages->bytes + begin;
    uint32_t sum = crc32c(0, page + sizeof(sum), size - sizeof(sum));
    memcpy(page, &sum, sizeof(sum));
    self->entries.size = 0;
    self->page.count = 0;
}

void
part_index_add(struct part_index *self, const struct part_chunk *chunk,
               const struct part_vector *whole)
{
    if (sizeof(self->page) + self->entries.size + ENTRY_MOST > PART_PAGE_SIZE)
        end_page(self, PART_PAGE_SIZE);
    if (self->page.count == 0)
        begin_page(self, chunk);
    part_entry_write(&self->entries, chunk, &self->last, whole);
    self->page.count++;
    self->last.series = chunk->series;
    self->last.vector = chunk->vector;
}

void
part_index_end(struct part_index *self)
{
    if (self->page.count)
        end_page(self, sizeof(self->page) + self->entries.size);
}

void
part_index_fini(struct part_index *self)
{
    wire_out_fini(&self->pages);
    wire_out_fini(&self->entries);
}
