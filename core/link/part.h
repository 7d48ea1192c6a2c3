/* link/part.h - one part of an answer as bytes
 *
 * The body of an ANSWER frame.  A *draft* collects series, samples and texts
 * and makes frames of them; a *reader* keeps the series of one answer, and
 * gives each part as struct answer_part.
 *
 * i32 rc, u8 evaluated, text why; u32 number of the first series (any, in a
 * part without series and samples), counts of series, runs, samples, texts; the
 * series; the runs, each u32 series, u32 count; all times; all values; the
 * texts.  A series is u8 whether it has the metric of the one before, else u8
 * type and the texts name, unit, help; then text suffix, u8 count of labels,
 * their names and values.
 */
#ifndef LINK_PART_H
#define LINK_PART_H

#include "link/answer.h"
#include "link/frame.h"

enum {
    PART_AIM = 256 << 10,  /* bytes at which a part is sent */
    PART_TEXT_MOST = 4096, /* bytes of a text */
    PART_WHY_MOST = 512,   /* bytes of a reason; longer ones are cut off */
};

struct part_draft;

struct part_draft *part_draft_new(void);
void part_draft_destroy(struct part_draft **self_p);

/* Bytes that the part has so far, without its head. */
size_t part_draft_size(const struct part_draft *self);

/* Begins the next series; copied. */
void part_draft_series(struct part_draft *self,
                       const struct weir_series *series);

/* Adds samples of the series begun last, which may have been in a frame
 * before. */
void part_draft_samples(struct part_draft *self, const int64_t *times_ns,
                        const double *values, size_t count);

/* Adds a text of at most PART_TEXT_MOST bytes. */
void part_draft_text(struct part_draft *self, const char *text);

/* Returns what was collected as the ANSWER frame of the select 'id', part 0,
 * and goes on with an empty part.  The bytes are below FRAME_MOST when nothing
 * was added beyond PART_AIM but one series. */
struct frame *part_draft_take(struct part_draft *self, uint64_t id, int rc,
                              const char *why, bool evaluated);

struct part_reader;

/* 'series_most' and 'memory_bytes' bound the series that it keeps. */
struct part_reader *part_reader_new(uint32_t series_most,
                                    uint64_t memory_bytes);
void part_reader_destroy(struct part_reader **self_p);

/* Reads an ANSWER frame's body.  '*ret_part' is valid as long as the view's
 * bytes and until the next read.  Returns 0, -E2BIG above a bound, or
 * -EBADMSG; after a failure the reader reads no more. */
int part_read(struct part_reader *self, const struct frame_view *view,
              struct answer_part *ret_part);

#endif /* LINK_PART_H */
