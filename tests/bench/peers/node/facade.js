// Runs inside of the isolate: the event's text in, the recorded commands' text out.
function run(text) {
  const commands = [];
  const api = {
    user: { setAppMetadata: (key, value) => { commands.push(["app", key, JSON.stringify(value)]); return api; } },
    accessToken: { setCustomClaim: (name, value) => { commands.push(["claim", name, JSON.stringify(value)]); return api; } },
  };
  onExecutePostLogin(JSON.parse(text), api);
  return JSON.stringify(commands);
}
