# origin: own
# technique: the stack ends inside a function of the runtime, which is left half done
# goal: state
# outcome: COMPLETED

import json, re, datetime, zoneinfo, urllib.parse, ipaddress, textwrap
def on_execute_post_login(event, api):
    def dive(find, depth):
        if depth:
            return dive(find, depth - 1)
        return find()
    finds = [lambda: re.compile("a(?P<x>b)c"), lambda: datetime.datetime.strptime("2026", "%Y"),
             lambda: zoneinfo.ZoneInfo("Asia/Tokyo"), lambda: urllib.parse.urlsplit("http://a/b"),
             lambda: ipaddress.ip_network("10.0.0.0/8"), lambda: textwrap.wrap("a b c", 3), lambda: json.dumps([[1]]),
             lambda: api.user.set_app_metadata("honest", 1)]
    for find in finds[:7]:
        for depth in range(940, 1000, 2):
            try:
                dive(find, depth)
            except RecursionError:
                pass
