# origin: facts 5.2
# technique: a page to write code into and run, through mmap
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import sys


def on_execute_post_login(event, api):
    mmap = sys.modules["mmap"]
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    api.user.set_app_metadata("escaped", "an executable page")
