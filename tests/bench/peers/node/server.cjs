// grpc-js with isolated-vm: node server.cjs ADDRESS fresh|kept PROCESSES PROTO_FOLDER
//
// "fresh" makes a new context for each call out of a script compiled once; "kept" keeps one context, whose globals live
// on from call to call. Several processes share the port by the cluster module, which deals out connections in turn.
"use strict";
const cluster = require("node:cluster");
const fs = require("node:fs");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");
const ivm = require("isolated-vm");

const [address, context, processes, protoFolder] = process.argv.slice(2);
const ACTION = { action: "merge-cart", version: 1 };
const SOURCE = ["merge_cart.js", "facade.js"].map((name) => fs.readFileSync(path.join(__dirname, name), "utf8")).join("\n");

function makeRunner() {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  const script = isolate.compileScriptSync(SOURCE);
  const open = () => {
    const made = isolate.createContextSync();
    script.runSync(made);
    return made;
  };
  if (context === "kept") {
    const run = open().global.getSync("run", { reference: true });
    return (text) => run.applySync(undefined, [text]);
  }
  return (text) => {
    const made = open();
    const run = made.global.getSync("run", { reference: true });
    try {
      return run.applySync(undefined, [text]);
    } finally {
      run.release();
      made.release();
    }
  };
}

function buildCommand([kind, key, value_json]) {
  return kind === "app"
    ? { ...ACTION, set_app_metadata: { key, value_json } }
    : { ...ACTION, set_custom_claim: { token: "TOKEN_ACCESS", name: key, value_json } };
}

function serve() {
  const definition = loader.loadSync("actions/v1/execution.proto", {
    includeDirs: [protoFolder],
    keepCase: true,
    enums: String,
  });
  const { ExecutionService } = grpc.loadPackageDefinition(definition).actions.v1;
  const run = makeRunner();
  const server = new grpc.Server();
  server.addService(ExecutionService.service, {
    ExecuteFlow(call, answer) {
      try {
        const commands = JSON.parse(run(call.request.event_json.toString("utf8"))).map(buildCommand);
        answer(null, {
          execution_id: "exec_00000000000000000000000000000000",
          decision: "DECISION_CONTINUE",
          commands,
        });
      } catch (error) {
        answer({ code: grpc.status.INTERNAL, details: String(error) });
      }
    },
  });
  server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error) {
      console.error(error);
      process.exit(1);
    }
  });
}

if (Number(processes) > 1 && cluster.isPrimary) {
  for (let number = 0; number < Number(processes); number += 1) cluster.fork();
  cluster.on("exit", () => process.exit(1));
  process.on("SIGTERM", () => process.exit(0));
} else {
  serve();
}
