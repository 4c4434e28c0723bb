/** Mails that would be sent; tests read them. */

export class Outbox {
  #mails = [];

  /**
   * @param {string} to E-mail address.
   * @param {'password-reset' | 'backchannel'} kind
   * @param {string} link
   */
  send(to, kind, link) {
    this.#mails.push({ to, kind, link });
  }

  /** @returns {{to: string, kind: string, link: string}[]} All mails, oldest first. */
  list() {
    return this.#mails;
  }
}
