# origin: facts 5.6
# technique: exit with the status that stands for no memory
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: OUT_OF_MEMORY
import os


def on_execute_post_login(event, api):
    os._exit(86)
