/* state_folder.h - where weir writes */
#ifndef STATE_FOLDER_H
#define STATE_FOLDER_H

#include "configuration.h"

/* Returns the absolute path of the folder: 'told' when that is not "", else as
 * systemd says, or at home; it lasts as long as the configuration, whose
 * complaints hear when there is none.  A running weir may change its folder,
 * but not where it writes. */
const char *state_folder(const char *told, struct configuration *configuration);

#endif /* STATE_FOLDER_H */
