CREATE TABLE "challenges" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"campaigner" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"campaign" text NOT NULL,
	"recipient" text NOT NULL,
	"reason" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "holds_campaign_recipient_reason_pk" PRIMARY KEY("campaign","recipient","reason")
);
--> statement-breakpoint
CREATE TABLE "hook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"hook" text NOT NULL,
	"campaign" text NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"at" bigint NOT NULL,
	"due_at" bigint,
	"attempts" integer NOT NULL,
	"done_at" bigint,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hooks" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"box" "bytea" NOT NULL,
	"events" text NOT NULL,
	"told" text NOT NULL,
	"added_at" bigint NOT NULL,
	"failing_since" bigint,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"campaigner" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"done" integer NOT NULL,
	"total" integer NOT NULL,
	"words" text NOT NULL,
	"href" text NOT NULL,
	"content" "bytea",
	"began_at" bigint NOT NULL,
	"beat_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"campaigner" text NOT NULL,
	"box" "bytea" NOT NULL,
	"counter" integer NOT NULL,
	"added_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "successions" (
	"campaign" text NOT NULL,
	"recipient" text NOT NULL,
	"addressee" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "successions_campaign_recipient_addressee_pk" PRIMARY KEY("campaign","recipient","addressee")
);
--> statement-breakpoint
CREATE TABLE "tally_sums" (
	"campaign" text NOT NULL,
	"side" text NOT NULL,
	"name" text NOT NULL,
	"counter" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "tally_sums_campaign_side_name_counter_pk" PRIMARY KEY("campaign","side","name","counter")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"campaign" text NOT NULL,
	"name" text NOT NULL,
	"scopes" text NOT NULL,
	"campaigner" text NOT NULL,
	"added_at" bigint NOT NULL,
	"used_at" bigint,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "intakes" ADD COLUMN "judged" "bytea";--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "addressee" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "hook_deliveries_due" ON "hook_deliveries" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "hook_deliveries_hook" ON "hook_deliveries" USING btree ("hook","at");--> statement-breakpoint
CREATE INDEX "hooks_campaign" ON "hooks" USING btree ("campaign");--> statement-breakpoint
CREATE INDEX "jobs_campaign" ON "jobs" USING btree ("campaign","began_at");--> statement-breakpoint
CREATE INDEX "passkeys_campaigner" ON "passkeys" USING btree ("campaigner");--> statement-breakpoint
CREATE INDEX "tokens_campaign" ON "tokens" USING btree ("campaign");
--> statement-breakpoint
INSERT INTO "holds" SELECT "campaign", "recipient", coalesce("reason", 'unsendable'), count(*) FROM "letters" WHERE "state" = 'held' GROUP BY 1, 2, 3;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'all', '', "counter", sum("n") FROM "tally" WHERE "source" NOT LIKE 'aside.%' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'day', "day", "counter", sum("n") FROM "tally" WHERE "source" NOT LIKE 'aside.%' AND "day" <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'country', "country", "counter", sum("n") FROM "tally" WHERE "source" NOT LIKE 'aside.%' AND "country" <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'recipient', "recipient", "counter", sum("n") FROM "tally" WHERE "source" NOT LIKE 'aside.%' AND "recipient" <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'source', "source", "counter", sum("n") FROM "tally" WHERE "source" NOT LIKE 'aside.%' AND "source" <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "tally_sums" SELECT "campaign", 'aside', "source", "counter", sum("n") FROM "tally" WHERE "source" LIKE 'aside.%' GROUP BY 1, 2, 3, 4;
