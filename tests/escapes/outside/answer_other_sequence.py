# origin: facts 5.2
# technique: an answer to an execution that this worker was not asked for
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
    write(answer(10**12, b"[]"))
    while True:
        pass
