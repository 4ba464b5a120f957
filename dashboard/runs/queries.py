"""The questions of `Results` in SQL, over the views `cells`, `users` and `days`.

Parameters: $level, $feature (an index, or null for all), $time (an index, or null), $first and
$last (indices of time steps, both included), $users (a list of indices, or null for all).
Scores are 32-bit numbers and are compared with the level as one, here and in `grid`.
"""

ANOMALOUS = "score >= $level::FLOAT"
OF_FEATURE = "($feature::INTEGER IS NULL OR feature_index = $feature)"
OF_SPAN = "time_index BETWEEN $first AND $last"
OF_USERS = "($users::INTEGER[] IS NULL OR user_index IN (SELECT unnest($users::INTEGER[])))"

# One row for each scored user. Over all features and times the figures are those of the run; else
# they are made of the cells asked for in the same way: the highest score, the mean error. Their
# p-values are looked up in the run's calibration.
USERS = f"""
WITH flagged AS (
    SELECT user_index,
           count(DISTINCT time_index) AS anomalous_times,
           bool_or(time_index = $time::INTEGER) AS on_time
    FROM cells WHERE {ANOMALOUS} AND {OF_FEATURE} AND {OF_SPAN} GROUP BY user_index
), judged AS (
    {{judged}}
)
SELECT judged.rank, judged.user_index, judged.user, judged.error, judged.score, judged.p_value,
       coalesce(flagged.anomalous_times, 0)::INTEGER AS anomalous_times, judged.volume,
       coalesce(flagged.on_time, false) AS on_time
FROM judged LEFT JOIN flagged USING (user_index)
ORDER BY judged.rank
"""

OF_ALL_CELLS = """
    SELECT rank, user_index, "user", error, score, p_value, volume
    FROM users WHERE rank IS NOT NULL
"""

OF_SOME_CELLS = f"""
    SELECT row_number() OVER (ORDER BY c.score DESC, c.error DESC, user_index)::INTEGER AS rank,
           user_index, u."user", c.error, c.score, NULL::FLOAT AS p_value, c.volume
    FROM users u JOIN (
        SELECT user_index, avg(error::DOUBLE)::FLOAT AS error, max(score) AS score,
               sum(actual)::DOUBLE AS volume
        FROM cells WHERE score IS NOT NULL AND {OF_FEATURE} AND {OF_SPAN} GROUP BY user_index
    ) c USING (user_index)
"""

# One row for each time step. Totals are over the scored cells, so that actual and expected
# are sums of the same cells. The score of a day is the run's own; that of one feature alone, which
# the run does not keep, is filled in afterwards.
DAYS = f"""
WITH cell AS (
    SELECT * FROM cells WHERE score IS NOT NULL AND {OF_FEATURE} AND {OF_USERS}
), summed AS (
    SELECT time_index, sum(actual::DOUBLE) AS actual, sum(expected::DOUBLE) AS expected,
           avg(error::DOUBLE)::FLOAT AS error
    FROM cell GROUP BY time_index
), flagged AS (
    SELECT time_index, count(DISTINCT user_index)::INTEGER AS anomalous_users
    FROM cell WHERE {ANOMALOUS} GROUP BY time_index
)
SELECT days.time, summed.error, days.score, days.p_value,
       coalesce(anomalous_users, 0)::INTEGER AS anomalous_users, actual, expected
FROM days LEFT JOIN summed USING (time_index) LEFT JOIN flagged USING (time_index)
ORDER BY time_index
"""

SPREAD = f"""
SELECT min(score)::DOUBLE AS lowest, max(score)::DOUBLE AS highest, count(score) AS scored,
       count(*) FILTER (WHERE {ANOMALOUS}) AS anomalous
FROM cells WHERE score IS NOT NULL AND {OF_FEATURE} AND {OF_SPAN} AND {OF_USERS}
"""

HISTOGRAM = f"""
SELECT least(floor((score::DOUBLE - $lowest) / $width), $bins - 1)::INTEGER AS bin, count(*) AS n
FROM cells WHERE score IS NOT NULL AND {OF_FEATURE} AND {OF_SPAN} AND {OF_USERS} GROUP BY bin
"""

HIGHEST_SCORES = "SELECT score FROM cells WHERE score IS NOT NULL ORDER BY score DESC LIMIT $most"

SCORED_CELLS = "SELECT count(score) FROM cells"

CELLS_OF = f"""
SELECT user_index, time_index, feature_index, actual, expected, low, high, error, score, p_value
FROM cells WHERE user_index IN ({{users}}) AND {OF_FEATURE} AND {OF_SPAN}
"""

# The anomalous cells of a run, or of one user, in the order in which findings are made of them.
ANOMALOUS_CELLS = f"""
SELECT user_index, time_index FROM cells
WHERE {ANOMALOUS} AND {OF_FEATURE} AND ($user::INTEGER IS NULL OR user_index = $user)
ORDER BY user_index, time_index
"""

# The scored cells from $around steps before to $around steps after each of the findings `found`.
CELLS_AROUND = f"""
SELECT found.finding, time_index, feature_index, actual, expected, score
FROM cells JOIN found ON cells.user_index = found.user_index
    AND time_index BETWEEN found.first - $around AND found.last + $around
WHERE score IS NOT NULL AND {OF_FEATURE}
"""

NAMES_OF_USERS = """
SELECT found.finding, users."user" FROM found JOIN users USING (user_index) ORDER BY found.finding
"""

NAMES_OF = 'SELECT user_index, "user" FROM users WHERE user_index IN ({users})'

CELLS_FILE = f"""
SELECT users."user", days.label AS time, names.feature, {{actual}} AS actual, cell.expected,
       cell.error, cell.score, cell.p_value, cell.anomaly
FROM (
    SELECT *, ({ANOMALOUS})::INTEGER AS anomaly FROM cells WHERE score IS NOT NULL
) cell JOIN users USING (user_index) JOIN days USING (time_index) JOIN names USING (feature_index)
ORDER BY user_index, time_index, feature_index
"""

USERS_FILE = f"""
SELECT "user", error, score, p_value, coalesce(flagged.times, 0) AS anomalous_times, rank
FROM users LEFT JOIN (
    SELECT user_index, count(DISTINCT time_index) AS times
    FROM cells WHERE {ANOMALOUS} GROUP BY user_index
) flagged USING (user_index)
WHERE rank IS NOT NULL ORDER BY rank
"""

DAYS_FILE = f"""
SELECT label AS time, error, score, p_value, coalesce(flagged.users, 0) AS anomalous_users
FROM days LEFT JOIN (
    SELECT time_index, count(DISTINCT user_index) AS users
    FROM cells WHERE {ANOMALOUS} GROUP BY time_index
) flagged USING (time_index)
WHERE time_index BETWEEN (SELECT min(time_index) FROM days WHERE score IS NOT NULL)
    AND (SELECT max(time_index) FROM days WHERE score IS NOT NULL)
ORDER BY time_index
"""

# Cells for a file: of `copied_users`, in the order of their `place`, and of `copied_features`, under
# the names that stand there. {time}, {level}: as text, for a copy takes no parameters.
CELLS_COPY = """
SELECT shown.name AS "user", {time} AS time, named.name AS feature, actual, expected, low, high,
       cells.error, cells.score, cells.p_value, (cells.score >= {level})::INTEGER AS anomaly
FROM cells JOIN copied_users shown USING (user_index) JOIN days USING (time_index)
    JOIN copied_features named USING (feature_index)
WHERE cells.score IS NOT NULL ORDER BY place, time_index, feature_index
"""

COUNT_COPIED_CELLS = """
SELECT count(*) FROM cells SEMI JOIN copied_users USING (user_index)
    SEMI JOIN copied_features USING (feature_index)
WHERE score IS NOT NULL
"""
