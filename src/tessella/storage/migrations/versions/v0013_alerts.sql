-- Alerts, webhooks, and what is delivered to those who want to know.

-- What is wrong, or was. No personal data: operators see it who see no subject.
CREATE TABLE tessella.alerts (
    namespace       text COLLATE "C" NOT NULL,
    alert_id        uuid NOT NULL,
    rule            text COLLATE "C" NOT NULL,
    key             text COLLATE "C" NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    title           text NOT NULL,
    detail          text NOT NULL,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'resolved')),
    first_seen_at   timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    seen            bigint NOT NULL DEFAULT 1 CHECK (seen > 0),
    acknowledged_by text NOT NULL DEFAULT '',
    acknowledged_at timestamptz,
    resolved_at     timestamptz,
    PRIMARY KEY (namespace, alert_id),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
-- One alert for as long as it lasts: this makes raising it again find it.
CREATE UNIQUE INDEX alerts_open ON tessella.alerts (namespace, rule, key) WHERE state <> 'resolved';

-- URLs that are told of events. The secret is sealed by the server: the database never sees it.
CREATE TABLE tessella.webhooks (
    namespace   text COLLATE "C" NOT NULL,
    webhook_id  uuid NOT NULL,
    url         text NOT NULL,
    events      text[] NOT NULL,
    segment_ids text[] NOT NULL DEFAULT '{}',
    is_on       boolean NOT NULL,
    secret      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (namespace, webhook_id)
);

-- One message to one receiver: a webhook, or without one the addresses for e-mail. The body goes when it is over.
CREATE TABLE tessella.deliveries (
    namespace   text COLLATE "C" NOT NULL,
    delivery_id uuid NOT NULL,
    webhook_id  uuid,
    event       text NOT NULL,
    body        text,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    problem     text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (namespace, delivery_id),
    FOREIGN KEY (namespace, webhook_id) REFERENCES tessella.webhooks ON DELETE CASCADE,
    CHECK ((state = 'waiting') = (body IS NOT NULL)),
    CHECK ((state = 'waiting') = (finished_at IS NULL))
);
CREATE INDEX deliveries_webhook ON tessella.deliveries (namespace, webhook_id);
CREATE INDEX deliveries_finished ON tessella.deliveries (namespace, finished_at) WHERE state <> 'waiting';

-- What waits in all namespaces, for the worker. Outside of row security, as everything in this schema: it has ids, names
-- of namespaces, and times. The receiver is the id of a webhook, or `email`.
CREATE TABLE jobs.outbox (
    delivery_id uuid PRIMARY KEY,
    namespace   text COLLATE "C" NOT NULL,
    receiver    text COLLATE "C" NOT NULL,
    due_at      timestamptz NOT NULL,
    FOREIGN KEY (namespace, delivery_id) REFERENCES tessella.deliveries ON DELETE CASCADE
);
CREATE INDEX outbox_next ON jobs.outbox (namespace, receiver, due_at);
CREATE INDEX outbox_delivery ON jobs.outbox (namespace, delivery_id);

ALTER TABLE tessella.alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.alerts FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.webhooks FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.deliveries FORCE ROW LEVEL SECURITY;
