# origin: own
# technique: what the zygote had loaded, through every object's class
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: COMPLETED
import sys


def on_execute_post_login(event, api):
    for kind in object.__subclasses__():
        module = sys.modules.get(kind.__module__)
        if kind.__module__.split(".")[0] in ("ctypes", "_ctypes", "_socket", "subprocess") and module is not None:
            api.user.set_app_metadata("escaped", kind.__module__)
