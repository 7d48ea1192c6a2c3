/* summary_command.h - weir report: a report on demand */
#ifndef SUMMARY_COMMAND_H
#define SUMMARY_COMMAND_H

/* The command; see struct weir_command.  Returns 0, 1 when there is no report,
 * or 2 when the arguments are wrong, with the reason printed. */
int command_report(int argc, char **argv);

#endif /* SUMMARY_COMMAND_H */
