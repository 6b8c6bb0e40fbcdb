CREATE TABLE "campaigns" (
	"slug" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"revision" integer NOT NULL,
	"facts" text NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "letters" (
	"id" text PRIMARY KEY NOT NULL,
	"submission" text NOT NULL,
	"state" text NOT NULL,
	"campaign" text NOT NULL,
	"country" text NOT NULL,
	"source" text NOT NULL,
	"recipient" text NOT NULL,
	"status_hash" "bytea" NOT NULL,
	"box" "bytea",
	"day" text NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"first_tried_at" bigint,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailbox" (
	"id" text PRIMARY KEY NOT NULL,
	"submission" text NOT NULL,
	"at" bigint NOT NULL,
	"box" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "marks" (
	"campaign" text NOT NULL,
	"mark" "bytea" NOT NULL,
	CONSTRAINT "marks_campaign_mark_pk" PRIMARY KEY("campaign","mark")
);
--> statement-breakpoint
CREATE TABLE "recipients" (
	"campaign" text NOT NULL,
	"id" text NOT NULL,
	"position" integer NOT NULL,
	"content" text NOT NULL,
	CONSTRAINT "recipients_campaign_id_pk" PRIMARY KEY("campaign","id")
);
--> statement-breakpoint
CREATE TABLE "signatories" (
	"campaign" text NOT NULL,
	"position" integer NOT NULL,
	"content" text NOT NULL,
	CONSTRAINT "signatories_campaign_position_pk" PRIMARY KEY("campaign","position")
);
--> statement-breakpoint
CREATE TABLE "spent_tickets" (
	"ticket" "bytea" PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"campaign" text NOT NULL,
	"country" text NOT NULL,
	"source" text NOT NULL,
	"recipients" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"handle_hash" "bytea" NOT NULL,
	"box" "bytea",
	"token_lock" "bytea",
	"code_lock" "bytea",
	"tries" integer NOT NULL,
	"day" text NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tally" (
	"campaign" text NOT NULL,
	"day" text NOT NULL,
	"country" text NOT NULL,
	"recipient" text NOT NULL,
	"source" text NOT NULL,
	"counter" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "tally_campaign_day_country_recipient_source_counter_pk" PRIMARY KEY("campaign","day","country","recipient","source","counter")
);
--> statement-breakpoint
CREATE TABLE "texts" (
	"campaign" text NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "texts_campaign_name_pk" PRIMARY KEY("campaign","name")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "letters_status" ON "letters" USING btree ("status_hash");--> statement-breakpoint
CREATE INDEX "letters_due" ON "letters" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "letters_changed" ON "letters" USING btree ("state","changed_at");--> statement-breakpoint
CREATE INDEX "mailbox_submission" ON "mailbox" USING btree ("submission");--> statement-breakpoint
CREATE INDEX "mailbox_at" ON "mailbox" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "submissions_token" ON "submissions" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "submissions_handle" ON "submissions" USING btree ("handle_hash");--> statement-breakpoint
CREATE INDEX "submissions_due" ON "submissions" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "submissions_expiry" ON "submissions" USING btree ("state","expires_at");