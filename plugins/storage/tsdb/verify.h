/* verify.h - weir verify: whether the files of a store are what was written */
#ifndef TSDB_VERIFY_H
#define TSDB_VERIFY_H

/* The command; see struct weir_command.  Returns 0 when all is sound, 1 when
 * something is damaged, 2 when that could not be found out: the arguments are
 * wrong, there is no store, or a process has it open. */
int verify_command(int argc, char **argv);

#endif /* TSDB_VERIFY_H */
