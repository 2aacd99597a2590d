// The wire to the sandbox, as `bot/sandbox/page/protocol.py` describes it: requests with answers, and what is told.

/** What the sandbox would not do, in a sentence for the person. */
export class Refused extends Error {}

export class Socket {
  #wire = null;
  #count = 0;
  #waiting = new Map();

  /** `told` gets every event; `changed` gets "opening", "open" or "lost". It reconnects by itself. */
  constructor({ told, changed }) {
    this.told = told;
    this.changed = changed;
  }

  open() {
    this.changed("opening");
    this.#dial();
  }

  #dial() {
    this.#wire = new WebSocket(`ws://${location.host}/socket`);
    this.#wire.onopen = () => this.changed("open");
    this.#wire.onmessage = (event) => this.#heard(JSON.parse(event.data));
    this.#wire.onclose = () => this.#lost();
  }

  /** Send a request; a promise of its `ok`. Rejects with `Refused` and a sentence. */
  ask(what, given = {}) {
    if (this.#wire?.readyState !== WebSocket.OPEN) return Promise.reject(new Refused("The sandbox is not connected."));
    const id = ++this.#count;
    this.#wire.send(JSON.stringify({ id, do: what, ...given }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Put a file where requests can name it; its word. `progress` gets 0…1. */
  put(file, progress = () => {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", `/files?name=${encodeURIComponent(file.name)}`);
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onload = () =>
        request.status === 200
          ? resolve(JSON.parse(request.responseText).file)
          : reject(new Refused(request.responseText || "The file could not be put."));
      request.onerror = () => reject(new Refused("The sandbox is not connected."));
      request.send(file);
    });
  }

  #heard(said) {
    if (said.on) return this.told(said);
    const waiting = this.#waiting.get(said.re);
    this.#waiting.delete(said.re);
    if (said.ok) waiting?.resolve(said.ok);
    else waiting?.reject(new Refused(said.no));
  }

  #lost() {
    for (const { reject } of this.#waiting.values()) reject(new Refused("The sandbox went away."));
    this.#waiting.clear();
    this.changed("lost");
    setTimeout(() => this.#dial(), 1000);
  }
}
