"""Charts one above the other, each with its name over it."""

from dashboard.charts.figure import Figure


def name_row(figure: Figure, text: str, row: int) -> None:
    """Write above one of the rows of a figure, at its left. row: 1 is the uppermost."""
    figure.add_annotation(
        text=text,
        x=0,
        xref="paper",
        xanchor="left",
        y=1,
        yref=f"y{'' if row == 1 else row} domain",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        align="left",
        font={"size": 13},
    )
