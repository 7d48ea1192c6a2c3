/* command.h - the program's commands
 *
 * Exit status: 0 fine; 1 it could not do its work; 2 the command line or the
 * configuration is wrong.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include <weir/batch.h>

struct configuration;

enum { EXIT_WRONG = 2 };

/* Runs the command that 'argv' names and returns the exit status.  With a
 * stage left behind it does not return: the process ends at once. */
WEIR_API int weir_main(int argc, char **argv);

/* The commands; each gets its own arguments, argv[0] is its name. */
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plugins(int argc, char **argv);
int command_key(int argc, char **argv);
int command_query(int argc, char **argv);
int command_spool(int argc, char **argv);

/* Reads a configuration and runs the plugins' checks.  '*ret_configuration' is
 * set in any case.  Returns 0, or negative when it must not be run. */
int command_read(const char *file, struct configuration **ret_configuration);

/* Prints its complaints, a line each. */
void command_print_complaints(const struct configuration *configuration,
                              FILE *out);

/* Raises the limit of open files: a store holds one for each of its parts, and
 * what a shell gives is for programs that use select(). */
void command_allow_files(void);

/* Reads "-c FILE" and nothing else.  Returns false, having said why, for
 * other arguments. */
bool command_take_file(int argc, char **argv, const char **ret_file);

#endif /* COMMAND_H */
