// A file on its way to the sandbox: how much of it has arrived, what it looks like, and the word that stands for it.
// What it is attached to is not known here.

import { putFile } from "./actions.js";

const DRAWN = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

let count = 0;

/** It sets out at once. `changed` is called whenever `share`, `word` or `failed` is another one. */
export class Upload {
  #changed;
  #going;

  /**
   * @param {File} file
   * @param {function(): void} changed
   */
  constructor(file, changed) {
    this.id = ++count;
    this.file = file;
    this.picture = DRAWN.test(file.type) ? URL.createObjectURL(file) : null;
    this.#changed = changed;
    this.again();
  }

  /** Send it anew: a word is good for one request. */
  again() {
    this.share = 0;
    this.word = null;
    this.failed = false;
    this.#going = this.#go();
  }

  /** Wait until it has arrived, with another attempt when it had failed; its word, or undefined. */
  async arrived() {
    if (this.failed) this.again();
    await this.#going;
    return this.word ?? undefined;
  }

  /** Give back what the browser keeps of it. */
  forget() {
    if (this.picture) URL.revokeObjectURL(this.picture);
  }

  async #go() {
    const word = await putFile(this.file, (share) => {
      this.share = share;
      this.#changed();
    });
    this.word = word ?? null;
    this.failed = !word;
    this.#changed();
  }
}
