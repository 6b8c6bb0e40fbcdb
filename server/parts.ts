import type { FastifyBaseLogger } from 'fastify';
import type { Register } from './campaigns/register.ts';
import type { Config } from './config.ts';
import type { Finding } from './doctor/finding.ts';
import type { World } from './domain/countries.ts';
import type { CallOut } from './hooks/call-out.ts';
import type { Mailers } from './outbox/mailers.ts';
import type { Store } from './store/open.ts';
import type { Vault } from './vault/vault.ts';
import type { Views } from './views/views.ts';

/** What the program is made of: built once in main.ts, and handed to every room that needs it. */
export type Parts = {
  config: Config;
  store: Store;
  vault: Vault;
  views: Views;
  campaigns: Register;
  world: World;
  mailers: Mailers;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1); jitter only, never a secret. */
  random(): number;
  /** What links in mail begin with, without a slash at the end. */
  publicUrl(): string;
  /** Tells the outbox that something has become due. */
  wake(): void;
  /** What keeps this installation from delivering; bounded in time. */
  examine(): Promise<Finding[]>;
  /** Sends messages to the addresses of other programs. */
  callOut: CallOut;
  log: FastifyBaseLogger;
};
