CREATE TABLE "campaigners" (
	"id" text PRIMARY KEY NOT NULL,
	"mark" "bytea" NOT NULL,
	"box" "bytea" NOT NULL,
	"role" text NOT NULL,
	"added_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "deeds" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"at" bigint NOT NULL,
	"campaigner" text NOT NULL,
	"deed" text NOT NULL,
	"about" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desk_mails" (
	"id" text PRIMARY KEY NOT NULL,
	"box" "bytea" NOT NULL,
	"day_key" text,
	"due_at" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "intakes" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"content" "bytea" NOT NULL,
	"columns" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pieces" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"campaign" text NOT NULL,
	"revision" integer NOT NULL,
	"at" bigint NOT NULL,
	"campaigner" text NOT NULL,
	"facts" "bytea" NOT NULL,
	"recipients" "bytea" NOT NULL,
	"signatories" "bytea" NOT NULL,
	"texts" "bytea" NOT NULL,
	CONSTRAINT "revisions_campaign_revision_pk" PRIMARY KEY("campaign","revision")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"campaign" text NOT NULL,
	"campaigner" text NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "roles_campaign_campaigner_pk" PRIMARY KEY("campaign","campaigner")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"campaigner" text NOT NULL,
	"created_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"campaigner" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "campaigners_mark" ON "campaigners" USING btree ("mark");--> statement-breakpoint
CREATE INDEX "deeds_campaign" ON "deeds" USING btree ("campaign","at");--> statement-breakpoint
CREATE INDEX "desk_mails_due" ON "desk_mails" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "desk_mails_day_key" ON "desk_mails" USING btree ("day_key");--> statement-breakpoint
CREATE INDEX "intakes_at" ON "intakes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "sessions_campaigner" ON "sessions" USING btree ("campaigner");--> statement-breakpoint
CREATE INDEX "sessions_seen" ON "sessions" USING btree ("seen_at");