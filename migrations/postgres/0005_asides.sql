CREATE TABLE "asides" (
	"campaign" text NOT NULL,
	"id" text NOT NULL,
	"condition" text NOT NULL,
	"why" text NOT NULL,
	"at" bigint NOT NULL,
	"back_at" bigint,
	CONSTRAINT "asides_campaign_id_pk" PRIMARY KEY("campaign","id")
);
