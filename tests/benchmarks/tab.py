"""A browser's tab without the browser: it speaks to a server as Streamlit's own page does.

It keeps what a page keeps: the address, the widgets and their states, and the large messages that the
server need not send twice.
"""

import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS = 120


class NoWidgetError(LookupError):
    """What was to be pressed is not on the page."""


@dataclass(frozen=True)
class Answer:
    """What came of one action. seconds: until all was sent; first: until something was.

    sent: bytes. runs: how many times the page was drawn for it.
    """

    seconds: float
    first: float
    sent: int
    runs: int


@dataclass
class Tab:
    """One tab on one page. cookie: as a request carries it."""

    address: str
    page: str
    query: str
    cookie: str
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)
    _elements: dict[tuple[int, ...], object] = field(default_factory=dict)
    _page_hash: str = ""
    _socket: ClientConnection | None = None

    def open(self) -> Answer:
        """Open the page."""
        began = time.perf_counter()
        self._socket = connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": self.cookie},
            subprotocols=["streamlit"],
            max_size=None,
        )
        return self._ask([], began, page=self.page)

    def close(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            self._socket.close()

    def press(self, key: str) -> Answer:
        """Press a button."""
        return self._ask([WidgetState(id=self.widget(key).id, trigger_value=True)])

    def choose(self, key: str, chosen: str) -> Answer:
        """Choose an option in a row of buttons or a list."""
        widget = self.widget(key)
        state = WidgetState(id=widget.id)
        if "selectbox" in type(widget).__name__.lower():
            state.string_value = chosen
        else:
            state.string_array_value.data.append(chosen)
        return self._set(state)

    def type(self, key: str, text: str) -> Answer:
        """Type into a field of text."""
        return self._set(WidgetState(id=self.widget(key).id, string_value=text))

    def enter(self, key: str, number: float) -> Answer:
        """Enter a number."""
        return self._set(WidgetState(id=self.widget(key).id, double_value=number))

    def point(self, key: str, trace: int, place: int) -> Answer:
        """Click a point of a chart."""
        drawn = self.figure(key)["data"][trace]["customdata"]
        points = [{"curve_number": trace, "point_number": place, "customdata": drawn[place]}]
        selection = {"points": points, "point_indices": [place], "box": [], "lasso": []}
        text = json.dumps({"selection": selection})
        return self._set(WidgetState(id=self.widget(key).id, string_value=text))

    def pick_row(self, key: str, row: int) -> Answer:
        """Click a row of a table."""
        text = json.dumps({"selection": {"rows": [row], "columns": [], "cells": []}})
        return self._set(WidgetState(id=self.widget(key).id, string_value=text))

    def figure(self, key: str) -> dict:
        """Return a chart as it was sent."""
        return json.loads(self.widget(key).spec)

    def widget(self, key: str) -> object:
        """Return the widget whose key begins so, as it was sent last."""
        for element in reversed(self._elements.values()):
            if f"-{key}" in getattr(element, "id", ""):
                return element
        raise NoWidgetError(f"There is no widget {key!r} on the page, which says:\n{self.said()}")

    def has(self, key: str) -> bool:
        """Whether there is a widget whose key begins so."""
        return any(f"-{key}" in getattr(one, "id", "") for one in self._elements.values())

    def said(self) -> str:
        """Return all text on the page."""
        return "\n".join(getattr(one, "body", "") for one in self._elements.values())

    def code(self, part: str) -> str:
        """Return the code on the page that contains so much."""
        texts = (getattr(one, "code_text", "") for one in self._elements.values())
        return next(text for text in texts if part in text)

    def _set(self, state: WidgetState) -> Answer:
        self._states[state.id] = state
        return self._ask([])

    def _ask(
        self, triggers: list[WidgetState], began: float | None = None, page: str = ""
    ) -> Answer:
        began = time.perf_counter() if began is None else began
        context = ContextInfo(
            timezone="UTC", locale="en-GB", url=f"{self.address}/{self.page}", color_scheme="light"
        )
        asked = ClientState(
            query_string=self.query,
            widget_states=WidgetStates(widgets=[*self._states.values(), *triggers]),
            page_script_hash=self._page_hash,
            page_name=page,
            cached_message_hashes=list(self._kept),
            context_info=context,
        )
        self._socket.send(BackMsg(rerun_script=asked).SerializeToString())
        return self._hear(began)

    def _hear(self, began: float) -> Answer:
        first = sent = runs = 0
        while True:
            data = self._socket.recv(timeout=PATIENCE_SECONDS)
            sent += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "ref_hash":
                kept = self._kept[message.ref_hash]
                self._take(message.metadata.delta_path, kept.delta)
            elif kind == "delta":
                first = first or time.perf_counter() - began
                self._take(message.metadata.delta_path, message.delta)
                if message.metadata.cacheable:
                    self._kept[message.hash] = message
            elif kind == "new_session":
                runs += 1
                self._elements.clear()
            elif kind == "navigation":
                self._page_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished" and not self._goes_on(message):
                self._forget_states()
                return Answer(time.perf_counter() - began, first, sent, runs)

    def _goes_on(self, message: ForwardMsg) -> bool:
        return message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _forget_states(self) -> None:
        """Forget what was chosen in widgets that are no more, as a page does."""
        there = {getattr(element, "id", None) for element in self._elements.values()}
        self._states = {key: state for key, state in self._states.items() if key in there}

    def _take(self, path: object, delta: object) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind:
            self._elements[tuple(path)] = getattr(element, kind)


def query_of(**choice: str) -> str:
    """Return choices as an address has them."""
    return urlencode(choice)
