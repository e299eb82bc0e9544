-- What is done rarely, by one of many replicas.

CREATE TABLE "duties" (
    "name" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "duties_pkey" PRIMARY KEY ("name")
);
