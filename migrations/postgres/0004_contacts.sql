CREATE TABLE "contacts" (
	"id" text PRIMARY KEY NOT NULL,
	"campaign" text NOT NULL,
	"box" "bytea" NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "contacts_campaign" ON "contacts" USING btree ("campaign");--> statement-breakpoint
CREATE INDEX "contacts_expiry" ON "contacts" USING btree ("expires_at");