"""The questions of `Results` in SQL, over the views `cells`, `users` and `days`.

Parameters: $level, and $feature (an index, or null for all).
Scores are 32-bit numbers and are compared with the level as one, here and in `grid`.
"""

ANOMALOUS = "score >= $level::FLOAT"
OF_FEATURE = "($feature::INTEGER IS NULL OR feature_index = $feature)"

# The scored users, in no order: to put them in that of rank takes less here than there.
USERS = """
SELECT rank, user_index, error, score, p_value, volume FROM users WHERE rank IS NOT NULL
"""

# The anomalous cells of a run, in the order in which findings are made of them.
ANOMALOUS_CELLS = f"""
SELECT user_index, time_index FROM cells WHERE {ANOMALOUS} AND {OF_FEATURE}
ORDER BY user_index, time_index
"""

# The scored cells from $around steps before to $around steps after each of the findings `found`.
CELLS_AROUND = f"""
SELECT found.finding, time_index, feature_index, actual, expected, score
FROM cells JOIN found ON cells.user_index = found.user_index
    AND time_index BETWEEN found.first - $around AND found.last + $around
WHERE score IS NOT NULL AND {OF_FEATURE}
"""

NAMES = 'SELECT "user" FROM users ORDER BY user_index'

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
