/* number.h - read numbers from text, fast and exactly
 *
 * What weir_scan_double() and the text formats share.  Nothing here depends on
 * the locale, and any thread may call it.  A text ends with a byte that is no
 * part of a number, such as '\0', '\n' or a blank; nothing behind it is read.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

/* Reads a decimal number, such as "-1.5e-7", "12" or ".5", or Inf, Infinity or
 * NaN in any case and with any sign, at 'text', and rounds it to the nearest
 * double.  Returns the first byte behind it, or NULL when there is no number
 * or its size is beyond a double's. */
const char *number_scan(const char *text, double *ret_number);

/* The same, faster, where all up to 'stop' may be read. */
const char *number_scan_before(const char *text, const char *stop,
                               double *ret_number);

/* Reads a decimal number, such as "-1.5e-7", and moves its point to the right
 * by 'places'; what is behind it then is rounded away.  Up to 19 digits count.
 * Returns the first byte behind it, or NULL when there is no number or it does
 * not fit. */
const char *number_scan_shifted(const char *text, int places,
                                int64_t *ret_number);

/* Reads decimal digits without a sign.  Returns the first byte behind them, or
 * NULL when there are none or the number does not fit. */
const char *number_scan_u64(const char *text, uint64_t *ret_number);

/* Reads a decimal integer with an optional '-'; as above. */
const char *number_scan_i64(const char *text, int64_t *ret_number);

#endif /* NUMBER_H */
