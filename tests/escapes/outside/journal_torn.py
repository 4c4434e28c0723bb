# origin: own
# technique: a journal of random bytes
# goal: outside
# outcome: refused:attribute-not-allowed | refused:import-not-allowed | refused:underscore-attribute
# kernel: CRASHED
import os
import struct
import sys
def find_journal():
    back = sys._getframe()
    while back is not None:
        if "memory" in back.f_locals:
            return back.f_locals["memory"]
        back = back.f_back


def on_execute_post_login(event, api):
    memory = find_journal()
    size = len(memory)
    sequence = int.from_bytes(memory[:8], sys.byteorder)
    memory[:28] = os.urandom(28)
    os._exit(1)
