/* human.h - numbers as people read them, with their units */
#ifndef HUMAN_H
#define HUMAN_H

enum { HUMAN_SIZE = 16 };

/* Writes 'number' with four digits or fewer, and its unit: "1.25MiB" of
 * "bytes", "12.5ms" of "seconds", "85.0%" of "ratio", and "12.3k" of all else;
 * "-" when it is not a number.  'sign' writes a '+', too.  Returns 'text'. */
char *human_number(double number, const char *unit, int sign,
                   char text[HUMAN_SIZE]);

#endif /* HUMAN_H */
