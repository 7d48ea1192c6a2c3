/* dns_answer.h - what a name server answered, as bytes
 *
 * The labels are those of Prometheus' dns_sd.
 */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "findings.h"

enum dns_type { DNS_A, DNS_AAAA, DNS_SRV };

/* What was asked. */
struct dns_question {
    const char *name;
    enum dns_type type;
    uint16_t port; /* of addresses */
};

/* Adds a set to 'into' for each record of the wanted type in the answer to
 * 'question', which has 'size' bytes.  Returns 0, -EBADMSG when it is no such
 * answer, or as findings_label(). */
int dns_answer_read(const struct dns_question *question, const uint8_t *answer,
                    size_t size, struct findings *into);

#endif /* DNS_ANSWER_H */
