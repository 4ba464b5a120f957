"""What columns are called, in many languages: words that hint at what stands in them."""

USER = (
    "user userid uid username id customer client visitor member account player student person device "
    "phone subscriber series seriesid name page url sensor station usuario cliente utilisateur identifiant "
    "benutzer nutzer kunde utente usuário gebruiker użytkownik uzytkownik användare anvandare kullanıcı "
    "пользователь клиент ユーザー 利用者 用户 客户 사용자 مستخدم email cookie session"
).split()
TIME = (
    "date day time timestamp datetime ts t when hour week period step month created occurred at "
    "datum tag zeit woche stunde jour journée journee heure semaine fecha dia día hora semana data giorno "
    "ora settimana dag tid дата день время 日付 日時 日期 时间 時間 날짜 시간 تاريخ"
).split()
COUNT = (
    "count counts clicks click n value values views pageviews visits hits events sessions total sum amount "
    "number qty quantity steps requests orders klicks anzahl clics nombre conteo cuenta cliques clic "
    "клики количество クリック数 回数 点击 次数 클릭 activity"
).split()
MARKS = "label labels anomaly outlier target class flag point is split fold".split()
NO_COUNT = (
    "lat latitude lon lng longitude weekday dow dayofweek week weekend holiday hour minute month year "
    "quarter age zip postcode birth height code version status port pid"
).split()
HOUR = "hour hours hr stunde heure hora ora uur godzina час 小时 時 시".split()
CLOCK = [
    *TIME,
    *HOUR,
    *"clock uhrzeit horario horaire orario tijd klockslag klokkeslett 時刻".split(),
]
KEYS = "id ids uid uuid guid session sessionid key ip phone telephone tel cookie".split()
COUNT_NOUNS = [word for word in COUNT if word not in {"n", "value", "values", "number", "sessions"}]
INDEX = {"", "index", "idx", "row", "rownum", "unnamed: 0", "#", "nr", "no", "row_number"}
