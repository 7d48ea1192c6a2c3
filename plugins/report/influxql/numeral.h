/* numeral.h - numbers as Go writes them in JSON and CSV
 *
 * The shortest digits that read back as the same number.  Pure.
 */
#ifndef INFLUXQL_NUMERAL_H
#define INFLUXQL_NUMERAL_H

#include <stddef.h>

/* Of a number without an exponent: its digits, and 308 or 324 zeros. */
enum { NUMERAL_SIZE = 400 };

/* Write a finite number: "0.25", with an exponent only below 1e-6 ("1e-7") and
 * from 1e+21 on; or never with one.  Return the length. */
size_t numeral_json(double number, char text[NUMERAL_SIZE]);
size_t numeral_plain(double number, char text[NUMERAL_SIZE]);

#endif /* INFLUXQL_NUMERAL_H */
