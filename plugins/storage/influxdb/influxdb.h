/* influxdb.h - the instance of storage influxdb
 *
 * What is appended becomes lines in a queue.  They are written one request
 * after the other, and each is tried until InfluxDB has answered that it stored
 * or refused it.  All of that belongs to the instance's own thread.
 *
 * Query threads ask InfluxDB on their own: see answer.h.  They look at options,
 * and share nothing with the rest but 'callers' and 'metrics', which have their
 * locks.
 */
#ifndef INFLUXDB_H
#define INFLUXDB_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/plugin.h>

#include "../../input/scrape/access.h"
#include "../../input/scrape/body.h"
#include "../../input/scrape/transfers.h"
#include "caller.h"
#include "deadfile.h"
#include "metrics.h"
#include "outcome.h"
#include "queue.h"

/* Requests, one at a time. */
struct client {
    struct ending ending;
    struct access access;
    CURL *easy;
    struct curl_slist *heads;  /* of the request */
    char *write_url, *ask_url; /* whole; libcurl's */
    char *create;              /* body that makes the database */
    char *packed;              /* [packed_room], the body, by gzip */
    size_t packed_room;
    struct body answer;
    bool running;
    bool asks;           /* a question, rather than a write */
    long code;           /* how the last one ended: a status, or -CURLcode */
    int64_t retry_after; /* seconds that the answer asked for; 0: none */
    char error[CURL_ERROR_SIZE];
};

/* What becomes of the parcel that is written. */
struct delivery {
    size_t piece, piece_points; /* bytes and lines under way */
    size_t points_most;         /* lines of the next piece */
    size_t ceiling;             /* of 'points_most' */
    unsigned refusals;          /* of pieces of this parcel */
    bool waiting;               /* to try again */
    bool created;     /* the database was made, and nothing was stored since */
    bool told;        /* the log has heard of this parcel's refusal */
    long failing;     /* 'code' of the client when it began to fail; or 0 */
    int64_t pause_ns; /* the last one; 0 when all is well */
    char why[OUTCOME_WHY_SIZE]; /* of the last refusal */
};

struct influxdb {
    struct transfers transfers;
    const char *url, *database, *retention_policy; /* options: see the table */
    const char *org, *bucket, *token_file;
    const char *basic_auth_user, *basic_auth_password_file;
    struct weir_blocks tls; /* struct access_tls */
    const char *dead_letters;
    struct weir_size dead_letter_size, batch_size, buffer;
    struct weir_duration batch_time, timeout, retry;
    int64_t batch_points;
    int fields;
    bool create_database, gzip;

    bool full;     /* a batch found no room */
    bool flushing; /* a timer will close the open parcel */
    struct queue queue;
    struct client client;
    struct callers callers; /* query threads' */
    struct metrics metrics;
    struct delivery delivery;
    struct deadfile dead;
    struct influxdb_counts {
        uint64_t written, refused, left_out; /* samples */
        uint64_t requests, failures;
    } counts;
};

/* Judges the options of requests.  Returns 0 or -EINVAL, with the reason kept.
 */
int client_check(struct influxdb *self);

/* Begins.  Returns 0 or a negative errno, with the reason kept; then, too, it
 * is to be closed. */
int client_open(struct influxdb *self);
void client_close(struct influxdb *self);

/* Add a head to those of a request, or the token's if there is one.  Any thread
 * may call them.  Return 0, or a negative errno; the latter with the reason in
 * 'why'. */
int client_add_head(struct curl_slist **heads_p, const char *head);
int client_add_token(const struct influxdb *self, struct curl_slist **heads_p,
                     char why[CURL_ERROR_SIZE]);

/* Begin to write lines, and to make the database; delivery_heard() follows,
 * later.  Return 0, or a negative errno with the reason in client.error. */
int client_write(struct influxdb *self, const char *lines, size_t size);
int client_create(struct influxdb *self);

/* Writes what is due, unless a request is under way. */
void delivery_go(struct influxdb *self);

/* A request ended so. */
void delivery_heard(struct influxdb *self, const struct outcome *outcome);

#endif /* INFLUXDB_H */
