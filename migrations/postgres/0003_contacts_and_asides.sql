CREATE TABLE "asides" (
	"campaign" text NOT NULL,
	"id" text NOT NULL,
	"condition" text NOT NULL,
	"why" text NOT NULL,
	"at" bigint NOT NULL,
	"back_at" bigint,
	CONSTRAINT "asides_campaign_id_pk" PRIMARY KEY("campaign","id")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"box" "bytea" NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "contacts_campaign" ON "contacts" USING btree ("campaign");--> statement-breakpoint
CREATE INDEX "contacts_expiry" ON "contacts" USING btree ("expires_at");