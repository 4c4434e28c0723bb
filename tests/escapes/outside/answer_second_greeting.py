# origin: own
# technique: a second greeting, that claims other layers
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
    write(frame(b'{"wire": 1, "policy": 1, "layers": [], "missing": {}, "forbidden": []}'))
    while True:
        pass
