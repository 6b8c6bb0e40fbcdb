import { defineConfig } from 'vitest/config';

/** The tests that judge changed code: those that are about it. `MUTATE` says which of the two runs this is. */
const JUDGES = {
  units: ['tests/vault/**/*.test.ts', 'tests/domain/{address,rules,pacing}.test.ts', 'tests/mail/compose.test.ts'],
  outbox: [
    'tests/outbox/**/*.test.ts',
    'tests/acts/*.test.ts',
    'tests/journeys/{contacts,letter,returned,variants}.test.ts',
    'tests/commands/{aside,held}.test.ts',
    'tests/api/*.test.ts',
  ],
};

export default defineConfig({
  test: {
    environment: 'node',
    include: JUDGES[process.env.MUTATE === 'outbox' ? 'outbox' : 'units'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
