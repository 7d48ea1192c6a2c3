/* wal_visit.c - read the records of a log in order, past damage */
#include <config.h>

#include <errno.h>
#include <fcntl.h>

#include <weir/cleanup.h>

#include "wal_entry.h"
#include "wal_log.h"

enum { SLACK = 8 };

struct visit {
    struct wal_log *log;
    struct files *files;
    const char *folder;
    struct wal_report *report;
    struct entry_reader reader;
    uint64_t from_lsn;
    uint64_t expected;            /* the next LSN; 0: none was seen yet */
    bool cut;                     /* nothing counts from here on */
    struct wire_out bytes, ahead; /* of a segment, and of a later one */
};

/* What lies between an offset and the end of a segment. */
struct survey {
    uint64_t durable; /* the last LSN that is known to have been durable */
    uint64_t whole;   /* records */
};

/* Reads a file's bytes; a page that cannot be read becomes zeros.  Returns
 * where the last of those ends, 0 when there is none. */
static size_t
read_pages(struct files *files, int fd, uint8_t *bytes, size_t size)
{
    enum { PIECE = 1 << 20, PAGE = 4096 };
    size_t step = 0, unread = 0;

    for (size_t at = 0; at < size; at += step) {
        step = size - at < PIECE ? size - at : PIECE;
        if (file_read(files, fd, bytes + at, step, at) == 0)
            continue;
        step = size - at < PAGE ? size - at : PAGE;
        if (file_read(files, fd, bytes + at, step, at) == 0)
            continue;
        memset(bytes + at, 0, step);
        unread = at + step;
    }
    return unread;
}

static int
load(struct visit *self, struct log_segment *segment, struct wire_out *bytes,
     struct segment_view *ret_view)
{
    char path[WAL_PATH_MOST];
    struct stat stat;

    wal_log_path(self->folder, segment->number, path);
    int rc = file_stat(self->files, path, &stat);
    if (rc < 0)
        return rc;
    int fd = file_open(self->files, path, O_RDONLY);
    if (fd < 0)
        return fd;
    bytes->size =
        (size_t)file_data_end(self->files, fd, (uint64_t)stat.st_size);
    if (!bytes->bytes || bytes->room < bytes->size + SLACK) {
        free(bytes->bytes);
        bytes->room = bytes->size + SLACK;
        bytes->bytes = xcalloc(bytes->room, 1);
    }
    segment->unread = read_pages(self->files, fd, bytes->bytes, bytes->size);
    (void)file_close(self->files, fd);
    *ret_view =
        (struct segment_view){bytes->bytes, bytes->size, segment->head.salt};
    return 0;
}

static void
survey_view(const struct segment_view *view, size_t offset, uint64_t least,
            uint64_t limit, struct survey *survey)
{
    const struct record_head *record = record_find(view, offset, least, limit);

    while (record) {
        uint64_t durable = record_witness(record);
        if (durable > survey->durable)
            survey->durable = durable;
        survey->whole++;
        record =
            record_find(view, record_end(view, record), record->lsn + 1, limit);
    }
}

/* Looks at all that was written behind 'offset' of the segment 'at'. */
static void
survey_rest(struct visit *self, size_t at, const struct segment_view *view,
            size_t offset, struct survey *ret_survey)
{
    struct log_segment *segment = &self->log->segments[at];

    *ret_survey = (struct survey){segment->head.durable_lsn, 0};
    survey_view(view, offset, self->expected, segment->limit, ret_survey);
    for (size_t i = at + 1; i < self->log->count; i++) {
        struct segment_view ahead;
        segment = &self->log->segments[i];
        if (!log_segment_live(segment) ||
            load(self, segment, &self->ahead, &ahead) < 0)
            continue;
        if (segment->head.durable_lsn > ret_survey->durable)
            ret_survey->durable = segment->head.durable_lsn;
        survey_view(&ahead, SEGMENT_HEAD, segment->head.first_lsn,
                    segment->limit, ret_survey);
        if (ret_survey->durable >= self->expected)
            return;
    }
}

/* Counts the records from the expected one up to 'until' as lost. */
static void
lose(struct visit *self, uint64_t until)
{
    uint64_t from =
        self->expected > self->from_lsn ? self->expected : self->from_lsn;

    if (until > from)
        self->report->lost += until - from;
    self->expected = until;
    chain_break(&self->reader.chain);
}

/* The records from the expected one up to 'until' lack, which is at 'offset' of
 * the segment 'at'.  Returns false when the log ends here. */
static bool
cross(struct visit *self, size_t at, const struct segment_view *view,
      size_t offset, uint64_t until)
{
    struct survey survey;

    survey_rest(self, at, view, offset, &survey);
    if (survey.durable >= self->expected) {
        lose(self, until);
        return true;
    }
    self->report->torn += survey.whole;
    self->cut = true;
    return false;
}

/* Enters a segment whose first record is not the expected one.  Before the
 * first segment, what is below where to begin from is not missed. */
static bool
enter(struct visit *self, size_t at, const struct segment_view *view,
      size_t before)
{
    struct log_segment *segments = self->log->segments;
    uint64_t first = segments[at].head.first_lsn;

    if (self->expected == 0) {
        self->expected = first < self->from_lsn ? first : self->from_lsn;
        lose(self, first);
        return true;
    }
    if (!cross(self, at, view, SEGMENT_HEAD, first))
        return false;
    segments[before].damaged = true;
    return true;
}

static int
visit_record(struct visit *self, struct log_segment *segment,
             const struct record_head *record)
{
    bool seen = record->lsn >= self->from_lsn;
    const struct entry_reader *reader = &self->reader;
    int rc = 0;

    if (seen && reader->visitor && reader->visitor->record)
        rc = reader->visitor->record(reader->arg, record->lsn);
    if (rc < 0)
        return rc;
    rc = entries_read(&self->reader, (const uint8_t *)(record + 1),
                      record->size - sizeof(*record), seen);
    if (rc == -ECANCELED)
        return reader->stopped;
    if (rc < 0) {
        segment->damaged = true;
        lose(self, record->lsn + 1);
        return 0;
    }
    self->expected = record->lsn + 1;
    if (seen && self->report->records++ == 0)
        self->report->first_lsn = record->lsn;
    return 0;
}

/* Returns the next record at or behind 'offset', NULL when there is none that
 * counts. */
static const struct record_head *
next_record(struct visit *self, size_t at, const struct segment_view *view,
            size_t offset)
{
    struct log_segment *segment = &self->log->segments[at];
    const struct record_head *record = record_at(view, offset);

    if (record && record->lsn == self->expected)
        return record;
    record = record_find(view, offset, self->expected, segment->limit);
    if (!record)
        return NULL;
    offset = (size_t)((const uint8_t *)record - view->bytes);
    if (!cross(self, at, view, offset, record->lsn))
        return NULL;
    segment->damaged = true;
    return record;
}

/* Says whether at the log's end lies what may have been its last record. */
static bool
ends_torn(const struct segment_view *view, size_t offset, uint64_t lsn)
{
    struct record_head record;

    if (offset > view->size || view->size - offset < sizeof(record))
        return false;
    memcpy(&record, view->bytes + offset, sizeof(record));
    return record.lsn == lsn && record.size <= view->size - offset;
}

static int
visit_records(struct visit *self, size_t at, const struct segment_view *view)
{
    struct log_segment *segment = &self->log->segments[at];
    const struct record_head *record = NULL;
    int rc = 0;

    segment->end = SEGMENT_HEAD;
    while (rc == 0 && self->expected < segment->limit &&
           (record = next_record(self, at, view, segment->end))) {
        rc = visit_record(self, segment, record);
        segment->end = record_end(view, record);
    }
    segment->torn = self->cut;
    if (rc == 0 && segment->limit == UINT64_MAX && !self->cut &&
        ends_torn(view, segment->end, self->expected)) {
        segment->torn = true;
        self->report->torn++;
    }
    return rc;
}

/* Says whether behind the last record, which is in the segment 'last', there
 * may be others that could not be read. */
static bool
ends_unread(const struct visit *self, size_t last)
{
    const struct wal_log *log = self->log;

    return log->count > 0 &&
           log->segments[last].unread > log->segments[last].end;
}

static int
visit_all(struct visit *self)
{
    struct log_segment *segments = self->log->segments;
    size_t before = 0;

    for (size_t i = 0; i < self->log->count && !self->cut; i++) {
        struct segment_view view;
        if (!log_segment_live(&segments[i]))
            continue;
        int rc = load(self, &segments[i], &self->bytes, &view);
        if (rc < 0)
            return rc;
        if (segments[i].head.first_lsn != self->expected &&
            !enter(self, i, &view, before))
            break;
        rc = visit_records(self, i, &view);
        if (rc < 0)
            return rc;
        before = i;
    }
    return ends_unread(self, before) ? -EIO : 0;
}

int
wal_log_visit(struct wal_log *self, const struct wal_settings *settings,
              const struct wal_visitor *visitor, struct wal_report *report)
{
    struct visit visit = {.log = self,
                          .files = settings->files,
                          .folder = settings->folder,
                          .report = report,
                          .from_lsn = report->first_lsn,
                          .reader = {.visitor = visitor, .arg = settings->arg}};

    int rc = visit_all(&visit);
    report->next_lsn =
        visit.expected > visit.from_lsn ? visit.expected : visit.from_lsn;
    if (report->records == 0)
        report->first_lsn = report->next_lsn;
    report->broken = visit.reader.broken;
    for (size_t i = 0; i < self->count; i++)
        report->damaged_segments += self->segments[i].damaged ||
                                    self->segments[i].torn ||
                                    self->segments[i].kind == SEGMENT_DAMAGED;
    entry_reader_fini(&visit.reader);
    wire_out_fini(&visit.bytes);
    wire_out_fini(&visit.ahead);
    return rc;
}

int
wal_replay(const struct wal_settings *settings, uint64_t from_lsn,
           const struct wal_visitor *visitor, struct wal_report *ret_report)
{
    struct wal_log log = {0};
    struct wal_report report = {.first_lsn = from_lsn};

    int rc = wal_log_look(settings->files, settings->folder, &log);
    if (rc == 0)
        rc = wal_log_visit(&log, settings, visitor, &report);
    wal_log_fini(&log);
    if (rc == 0)
        *ret_report = report;
    return rc;
}
