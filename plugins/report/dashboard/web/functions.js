/* functions.js - the words of PromQL, to be completed */

export const FUNCTIONS = ('abs absent absent_over_time acos acosh asin asinh ' +
    'atan atanh avg_over_time ceil changes clamp clamp_max clamp_min cos ' +
    'cosh count_over_time day_of_month day_of_week day_of_year ' +
    'days_in_month deg delta deriv double_exponential_smoothing exp floor ' +
    'histogram_quantile hour idelta increase irate label_join ' +
    'label_replace last_over_time ln log10 log2 mad_over_time ' +
    'max_over_time min_over_time minute month pi predict_linear ' +
    'present_over_time quantile_over_time rad rate resets round scalar sgn ' +
    'sin sinh sort sort_by_label sort_by_label_desc sort_desc sqrt ' +
    'stddev_over_time stdvar_over_time sum_over_time tan tanh time ' +
    'timestamp vector year').split(' ');

export const AGGREGATIONS = ('avg bottomk count count_values group limitk ' +
    'max min quantile stddev stdvar sum topk').split(' ');

export const WORDS = ('and bool by group_left group_right ignoring offset on ' +
    'or unless without').split(' ');
