"""The names of the months, short and long, in languages that write them out in exports."""

from functools import cache

MONTHS = (
    "jan january januar janner janv janvier ene enero gen gennaio janeiro januari января stycznia",
    "feb february februar fev fevr fevrier febrero febbraio fevereiro februari февраля lutego",
    "mar march marz mrz mars marzo marco maart mrt марта marca",
    "apr april avr avril abr abril aprile апреля kwietnia",
    "may mai mayo mag maggio maio mei maj мая maja",
    "jun june juni juin junio giu giugno junho июня czerwca",
    "jul july juli juil juillet julio lug luglio julho июля lipca",
    "aug august aout ago agosto augustus augusti августа sierpnia",
    "sep sept september septembre septiembre set settembre setembro сентября wrzesnia",
    "oct october okt oktober octobre octubre ott ottobre out outubro октября pazdziernika",
    "nov november novembre noviembre novembro ноября listopada",
    "dec december dez dezember decembre dic diciembre dicembre dezembro декабря grudnia",
)


@cache
def month_numbers() -> dict[str, int]:
    """Return 1 to 12 by name, in small letters without accents."""
    return {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()}
