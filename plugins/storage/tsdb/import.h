/* import.h - weir import: files of samples into a store */
#ifndef TSDB_IMPORT_H
#define TSDB_IMPORT_H

/* The command; see struct weir_command.  Returns 0 when all is stored, 1 when
 * nothing is, 2 when the command line is wrong. */
int import_command(int argc, char **argv);

#endif /* TSDB_IMPORT_H */
