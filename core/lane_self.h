/* lane_self.h - a lane's own weir_... series; see self.h */
#ifndef LANE_SELF_H
#define LANE_SELF_H

#include "link/lane.h"

/* The lane's stage has the name of its link or storage. */
void lane_self_register(struct lane *lane);
void lane_self_unregister(struct lane *lane);

#endif /* LANE_SELF_H */
