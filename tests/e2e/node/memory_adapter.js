/** Where oidc-provider keeps its sessions, codes and grants: in memory, for as long as they live. */

const SWEEP_MS = 60_000;

/** Makes an adapter for each of the library's models; all share one store. */
export function createAdapter() {
  const store = new Map();
  const byGrant = new Map();
  setInterval(() => sweep(store, byGrant), SWEEP_MS).unref();
  return class extends MemoryAdapter {
    constructor(model) {
      super(model, store, byGrant);
    }
  };
}

function sweep(store, byGrant) {
  for (const [key, { expiresAt }] of store) if (expiresAt <= Date.now()) store.delete(key);
  for (const [grantId, keys] of byGrant) if (![...keys].some((key) => store.has(key))) byGrant.delete(grantId);
}

class MemoryAdapter {
  constructor(model, store, byGrant) {
    Object.assign(this, { model, store, byGrant });
  }

  async upsert(id, payload, expiresIn) {
    const key = this.#key(id);
    this.store.set(key, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    this.#index('userCode', payload.userCode, id, expiresIn);
    this.#index('uid', payload.uid, id, expiresIn);
    if (!payload.grantId) return;
    if (!this.byGrant.has(payload.grantId)) this.byGrant.set(payload.grantId, new Set());
    this.byGrant.get(payload.grantId).add(key);
  }

  #key(id) {
    return `${this.model}:${id}`;
  }

  #index(name, value, id, expiresIn) {
    if (value === undefined) return;
    this.store.set(`${this.model}.${name}:${value}`, { payload: id, expiresAt: Date.now() + (expiresIn ?? 0) * 1000 });
  }

  #get(key) {
    const found = this.store.get(key);
    return found && found.expiresAt > Date.now() ? found.payload : undefined;
  }

  async find(id) {
    return this.#get(this.#key(id));
  }

  async findByUserCode(userCode) {
    return this.find(this.#get(`${this.model}.userCode:${userCode}`));
  }

  async findByUid(uid) {
    return this.find(this.#get(`${this.model}.uid:${uid}`));
  }

  async consume(id) {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.store.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of this.byGrant.get(grantId) ?? []) this.store.delete(key);
    this.byGrant.delete(grantId);
  }
}
