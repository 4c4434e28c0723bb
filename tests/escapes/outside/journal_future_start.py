# origin: own
# technique: a step that claims to have started in a thousand years
# goal: outside
# outcome: refused:attribute-not-allowed | refused:import-not-allowed | refused:underscore-attribute
# kernel: TIMED_OUT
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
    memory[8:16] = struct.pack("=Q", 2**63)
    while True:
        pass
