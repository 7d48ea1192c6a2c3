/* transfer.h - weir import and weir export while weir runs: routes of a store
 *
 *     POST /storage/NAME/import?do=begin             an id
 *     POST /storage/NAME/import?do=add&id=..&at=..   more bytes of a part
 *     POST /storage/NAME/import?do=commit&id=..
 *     GET  /storage/NAME/import?id=..                "running", "done", or why
 *                                                    not
 *     GET  /storage/NAME/export?match=..&start=..&end=..&format=..
 *
 * What is to be imported comes as one part, which is checked whole before it
 * counts; see adopt.h.  There is one import at a time, and one that nobody goes
 * on with ends.  An export is written by a thread of its own; its last line
 * says whether it is whole.
 *
 * All but that thread is the instance's own.
 */
#ifndef TSDB_TRANSFER_H
#define TSDB_TRANSFER_H

struct tsdb;
struct transfer;

/* The last line of an export begins with one of these. */
#define TRANSFER_WHOLE  "# weir export: whole "
#define TRANSFER_FAILED "# weir export: failed: "

/* Mounts the routes.  Returns 0 or -errno with a reason left. */
int transfer_open(struct tsdb *tsdb, struct transfer **ret_transfer);

/* Ends what runs: nothing of it counts. */
void transfer_destroy(struct transfer **self_p);

#endif /* TSDB_TRANSFER_H */
