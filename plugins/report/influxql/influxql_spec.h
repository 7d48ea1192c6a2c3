/* influxql_spec.h - for tests of report influxql: a report and its samples
 *
 * To be included behind influxql.c.
 */
#ifndef INFLUXQL_SPEC_H
#define INFLUXQL_SPEC_H

#include "../../influx/scene_spec.h"

#define SCENE(settings)                                      \
    weir_cleanup(scene_fini) struct scene scene = {0};       \
    scene_init(&scene, &influxql_LTX_weir_plugin, settings); \
    weir_harness_answer(scene.plugin, samples)

#endif /* INFLUXQL_SPEC_H */
