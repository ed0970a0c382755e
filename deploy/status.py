"""``make status``: how the processes of ``make up`` are doing."""

import httpx

from deploy.stand import DemoStand
from deploy.supervisor import State, read_state
from deploy.up import stage


def main() -> int:
    """Print a line for each process; 0 if every one runs and is ready."""
    stand = stage()
    addresses = {"authority": "", "registry": stand.registry_address, "sez": stand.sez_address}
    good = [_told(stand, name, address) for name, address in addresses.items()]
    return 0 if all(good) else 1


def _told(stand: DemoStand, name: str, address: str) -> bool:
    state = read_state(stand.folder, name)
    if state is None or not stand.is_running(name):
        print(f"{name:<10} does not run")
        return False
    ready, said = _readiness(address) if address else (True, "")
    print(f"{name:<10} {_words(state)}{said}")
    return state.doing == "RUNNING" and ready


def _words(state: State) -> str:
    ended = f"; ended by itself {state.ends} times, last exit code {state.last_exit}"
    return f"{state.doing} since {state.since}{ended if state.ends else ''}"


def _readiness(address: str) -> tuple[bool, str]:
    try:
        answer = httpx.get(f"{address}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError as problem:
        return False, f"; no answer: {type(problem).__name__}"
    return answer.is_success, "; ready" if answer.is_success else f"; not ready: {answer.text}"


if __name__ == "__main__":
    raise SystemExit(main())
