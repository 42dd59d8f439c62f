"""Run scenario files against the packs they are written for."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ledgervault.bootstrap.policies import Find, Source, find_beside, find_shipped
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.scenarios import Mismatch, run_scenario
from ledgervault.errors import NotFound
from ledgervault.policyfile.loading import load_packs
from ledgervault.policyfile.scenarios import ScenarioFile, load_scenarios
from ledgervault.storage.shipped_packs import (
    read_pack_path,
    read_scenario_path,
    read_shipped_pack,
    read_shipped_scenarios,
    shipped_pack_names,
)


@dataclasses.dataclass(frozen=True, slots=True)
class ScenarioReport:
    """How many scenarios of which packs ran, and what differed."""

    packs: dict[str, int]
    mismatches: tuple[Mismatch, ...]

    @property
    def total(self) -> int:
        """Return how many scenarios ran."""
        return sum(self.packs.values())

    @property
    def failed(self) -> int:
        """Return how many scenarios had another answer."""
        return len({(one.scenario.file, one.scenario.id) for one in self.mismatches})


def run_scenarios(paths: Sequence[str]) -> ScenarioReport:
    """Run the scenarios of files or folders, or of all shipped packs.

    Raises PolicyInvalid for files that are no scenarios, NotFound where there
    are none at all.
    """
    if paths:
        sources = [one for path in paths for one in read_scenario_path(Path(path))]
        find = _find_in(paths)
    else:
        names = shipped_pack_names()
        sources = [one for name in names for one in read_shipped_scenarios(name)]
        find = find_shipped
    if not sources:
        raise NotFound(
            "there are no scenario files there",
            hint="their names begin with `scenarios` and end with .yaml",
            code="policy.no-scenarios",
        )
    return _run(load_scenarios(sources), find)


def count_scenarios(paths: Sequence[str]) -> int:
    """Count the scenarios beside packs; PolicyInvalid for files that are none."""
    sources = [one for path in paths for one in read_scenario_path(Path(path))]
    return sum(len(file.scenarios) for file in load_scenarios(sources))


def _find_in(paths: Sequence[str]) -> Find:
    folders = {_folder(path) for path in paths}
    by_name = find_beside([str(folder.resolve()) for folder in folders])
    by_path = {str(folder): folder for folder in folders}

    def find(name: str) -> Sequence[Source] | None:
        if name in by_path:
            return read_pack_path(by_path[name])
        return by_name(name)

    return find


def _folder(path: str) -> Path:
    return Path(path) if Path(path).is_dir() else Path(path).parent


def _run(files: Sequence[ScenarioFile], find: Find) -> ScenarioReport:
    policies: dict[tuple[str, ...], PolicySet] = {}
    packs: dict[str, int] = {}
    mismatches: list[Mismatch] = []
    for file in files:
        if file.packs not in policies:
            policies[file.packs] = _load(file, find)
        name = file.packs[0]
        packs[name] = packs.get(name, 0) + len(file.scenarios)
        for scenario in file.scenarios:
            mismatches += run_scenario(scenario, policies[file.packs])
    return ScenarioReport(packs, tuple(mismatches))


def _load(file: ScenarioFile, find: Find) -> PolicySet:
    sources: list[Source] = []
    for name in file.packs:
        found = find(name)
        if found is None and name == file.packs[0]:
            # A folder may have another name than the pack in it.
            found = find(str(Path(file.name).parent))
        sources += [
            one for one in found or read_shipped_pack(name) if one not in sources
        ]
    return load_packs(sources, find)
