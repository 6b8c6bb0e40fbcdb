CREATE TABLE "notices" (
	"campaign" text NOT NULL,
	"kind" text NOT NULL,
	"recipient" text NOT NULL,
	"n" integer NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	CONSTRAINT "notices_campaign_kind_recipient_pk" PRIMARY KEY("campaign","kind","recipient")
);
--> statement-breakpoint
CREATE TABLE "queues" (
	"campaign" text NOT NULL,
	"recipient" text NOT NULL,
	"arrived" integer NOT NULL,
	"gone" integer NOT NULL,
	"due_at" bigint NOT NULL,
	"pace_at" bigint NOT NULL,
	"refusals" integer DEFAULT 0 NOT NULL,
	"refused_from" integer DEFAULT 0 NOT NULL,
	"refused_at" bigint,
	"refusing_since" bigint,
	CONSTRAINT "queues_campaign_recipient_pk" PRIMARY KEY("campaign","recipient")
);
--> statement-breakpoint
DROP INDEX "letters_due";--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "place" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "dotting_at" bigint;--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "doubts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "answer" text;--> statement-breakpoint
CREATE INDEX "queues_due" ON "queues" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "letters_queue" ON "letters" USING btree ("campaign","recipient","state","due_at");--> statement-breakpoint
INSERT INTO queues (campaign, recipient, arrived, gone, due_at, pace_at) SELECT campaign, recipient, count(*), 0, 0, 0 FROM letters WHERE state = 'ready' GROUP BY campaign, recipient;
