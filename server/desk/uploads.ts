import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/errors.ts';

/** The kind of body by which browsers send files. */
export const UPLOAD = 'multipart/form-data';

/**
 * Lets forms bring a file: its fields as other forms have them, the file as bytes (RFC 7578, read by Node itself). Only
 * routes that say so take such a body.
 */
export function readUploads(app: FastifyInstance): void {
  app.addContentTypeParser(UPLOAD, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const type = request.headers['content-type'] ?? '';
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
      .formData()
      .catch(() => {
        throw new Refusal('malformed-request');
      });
    const fields: Record<string, string | Uint8Array> = Object.create(null);
    for (const [name, value] of form) fields[name] = typeof value === 'string' ? value : await value.bytes();
    return fields;
  });
}
