"""Dask distributed, in the shape in which our own jobs are measured: a scheduler and a worker in processes of their own,
up to 64 jobs on their way at a time, each asked for when another has ended. Python compiles nothing while it runs: it is
as fast after some hundred jobs as it will ever be.
Prints one line of JSON: {"jobs_per_s":…,"single_p50_ms":…,"single_p99_ms":…}."""

import json
import time

from distributed import Client, LocalCluster, as_completed

IN_FLIGHT = 64
WARM_UP = 200
SINGLE = 100
MANY = 1_000


def nothing(_number):
    return None


def main():
    # Dask's own advice for functions that hold no lock: threads, one for each core.
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster, Client(cluster) as client:
        number = 0

        def submit():
            nonlocal number
            number += 1
            return client.submit(nothing, number, pure=False)

        for _ in range(WARM_UP):
            submit().result()
        times = []
        for _ in range(SINGLE):
            since = time.perf_counter()
            submit().result()
            times.append((time.perf_counter() - since) * 1000)
        times.sort()
        since = time.perf_counter()
        on_their_way = as_completed([submit() for _ in range(IN_FLIGHT)])
        ended = 0
        for _ in on_their_way:
            ended += 1
            if ended == MANY:
                break
            if ended <= MANY - IN_FLIGHT:
                on_their_way.add(submit())
        per_second = MANY / (time.perf_counter() - since)
    print(
        json.dumps(
            {
                "jobs_per_s": per_second,
                "single_p50_ms": times[SINGLE // 2],
                "single_p99_ms": times[int(SINGLE * 0.99)],
            }
        )
    )


if __name__ == "__main__":
    main()
