/* trend.h - whether values rise or fall over a window, and how sure that is
 *
 * The slope is Theil's and Sen's, the median of the slopes of all pairs, which
 * up to 29 % of wild values do not sway (P. K. Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", J. Am. Stat. Assoc. 63,
 * 1968). Whether there is a trend at all the test of Mann and Kendall says, by
 * how many pairs rise and how many fall, with the variance for ties and the
 * correction for continuity (R. O. Gilbert, "Statistical methods for
 * environmental pollution monitoring", 1987, chapter 16).
 *
 * Neighbours among measurements resemble each other, by which the test would
 * find trends everywhere; so the variance grows with what the residuals have of
 * that (S. Yue and C. Y. Wang, "The Mann-Kendall test modified by effective
 * sample size", Water Resources Management 18, 2004).
 *
 * Pure; any thread.
 */
#ifndef SUMMARY_TREND_H
#define SUMMARY_TREND_H

#include <stddef.h>

enum {
    TREND_LEAST = 8,  /* values of which anything is said */
    TREND_MOST = 256, /* values that are looked at */
};

struct trend {
    size_t count;   /* of finite values; below TREND_LEAST all else is 0 */
    double slope;   /* a second */
    double z;       /* the test's: above 0 where more pairs rise */
    double p;       /* how likely chance alone looks like this; 0 to 1 */
    double inflate; /* of the variance, for neighbours that resemble; >= 1 */
    double level;   /* the median */
    double spread;  /* of the values around it; see robust_spread() */
};

enum trend_kind {
    TREND_TOO_FEW,
    TREND_STEADY, /* it does not change, or hardly */
    TREND_UNCLEAR,
    TREND_RISES,
    TREND_FALLS,
};

/* Looks at 'count' <= TREND_MOST values, 'step_s' seconds apart; what is not
 * finite is a gap. */
void trend_find(const double values[], size_t count, double step_s,
                struct trend *ret_trend);

/* Says what the trend is over a window of so many seconds.  One of which less
 * than 95 % is sure is none, and one that in all the window moves by less than
 * a hundredth of the level is steady. */
enum trend_kind trend_judge(const struct trend *self, double window_s);

#endif /* SUMMARY_TREND_H */
