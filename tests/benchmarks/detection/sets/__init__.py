"""The labelled sets, one file each. None was looked at when a model or a score was made."""

from tests.benchmarks.detection.sets.app import APP
from tests.benchmarks.detection.sets.forum import FORUM
from tests.benchmarks.detection.sets.machines import MACHINES
from tests.benchmarks.detection.sets.office import OFFICE
from tests.benchmarks.detection.sets.shops import SHOPS
from tests.benchmarks.detection.sets.students import STUDENTS

SETS = {one.name: one for one in (OFFICE, SHOPS, APP, MACHINES, STUDENTS, FORUM)}
