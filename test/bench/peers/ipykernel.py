"""A cell that does nothing, from a Jupyter client to ipykernel and back until it is idle, as our kernels are measured.
Prints one line of JSON: {"single_p50_ms":…}."""

import json
import time

from jupyter_client.manager import start_new_kernel

WARM_UP = 50
SINGLE = 300


def main():
    manager, client = start_new_kernel(kernel_name="python3")

    def run():
        since = time.perf_counter()
        asked = client.execute("None")
        while True:
            message = client.get_iopub_msg(timeout=10)
            is_ours = message["parent_header"].get("msg_id") == asked
            if is_ours and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return (time.perf_counter() - since) * 1000

    try:
        for _ in range(WARM_UP):
            run()
        times = sorted(run() for _ in range(SINGLE))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps({"single_p50_ms": times[SINGLE // 2]}))


if __name__ == "__main__":
    main()
