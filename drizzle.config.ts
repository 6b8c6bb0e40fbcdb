import { defineConfig } from 'drizzle-kit';

// `DIALECT=sqlite npx drizzle-kit generate` and the same with postgres, after a change of server/store/tables.ts.
const dialect = process.env.DIALECT === 'postgres' ? 'postgres' : 'sqlite';

export default defineConfig({
  dialect: dialect === 'postgres' ? 'postgresql' : 'sqlite',
  schema: `./server/store/dialect/schema.${dialect}.ts`,
  out: `./migrations/${dialect}`,
  casing: 'snake_case',
});
