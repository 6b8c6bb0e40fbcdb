CREATE TABLE "mail_counts" (
	"day_key" text NOT NULL,
	"mark" "bytea" NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "mail_counts_day_key_mark_pk" PRIMARY KEY("day_key","mark")
);
