/* scrape_text.h - what a program answers, again and again
 *
 * A captured exposition, multiplied by a label until it has as many series as
 * wanted.  From one scrape to the next 30 % of the values change, and with
 * them some widths.  Not thread safe.
 */
#ifndef SCRAPE_TEXT_H
#define SCRAPE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct scrape_text;

/* Reads the capture 'path' and multiplies it to at least 'series'.  Returns 0
 * or a negative errno. */
int scrape_text_open(const char *path, uint32_t series,
                     struct scrape_text **ret_text);
void scrape_text_destroy(struct scrape_text **self_p);

/* Returns how many samples, and how many lines, a text has. */
uint32_t scrape_text_samples(const struct scrape_text *self);
uint32_t scrape_text_lines(const struct scrape_text *self);

/* Changes 30 % of the values. */
void scrape_text_change(struct scrape_text *self);

/* Returns the text as it is now, '*ret_size' bytes; freed by the caller. */
char *scrape_text_make(const struct scrape_text *self, size_t *ret_size);

#endif /* SCRAPE_TEXT_H */
