/* export.h - weir export: what a store has, as text */
#ifndef TSDB_EXPORT_H
#define TSDB_EXPORT_H

/* The command; see struct weir_command.  Returns 0 when all was written, 1 when
 * it was not, 2 when the command line is wrong. */
int export_command(int argc, char **argv);

#endif /* TSDB_EXPORT_H */
