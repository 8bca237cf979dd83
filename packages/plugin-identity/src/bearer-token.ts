/** Why a token cannot be used; never with the token. */
export const notABearerToken =
  'cannot stand in an HTTP header: a token has only printable ASCII characters, and no spaces or line breaks between them (it is not shown here)';

/** Whether the text can be sent as `Authorization: Bearer …`, of which the API server takes what is before a space. */
export function isBearerToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
