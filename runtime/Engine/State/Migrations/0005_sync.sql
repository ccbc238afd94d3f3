alter table integrations add column last_sync_at bigint;

create table records (
  integration_id text not null references integrations (id) on delete cascade,
  resource text not null,
  record_id text not null,
  data text not null,
  version text not null,
  modified_at bigint not null,
  is_deleted boolean not null,
  seq bigint not null,
  primary key (integration_id, resource, record_id)
);

create index records_by_change on records (integration_id, resource, seq);

create table sync_runs (
  id text primary key,
  integration_id text not null references integrations (id) on delete cascade,
  tenant_id text not null,
  work_id text,
  schedule_id text,
  scheduled_at bigint,
  request text not null,
  direction integer not null,
  status integer not null,
  generation bigint not null,
  total bigint not null,
  processed bigint not null,
  failed bigint not null,
  pulled bigint not null,
  pushed bigint not null,
  conflicts bigint not null,
  percentage integer not null,
  estimated_at bigint,
  parked_until bigint,
  error text,
  created_at bigint not null,
  started_at bigint not null,
  completed_at bigint
);

create index sync_runs_waiting on sync_runs (integration_id) where status < 3;
create index sync_runs_by_generation on sync_runs (integration_id, generation);
create index sync_runs_by_integration on sync_runs (integration_id, created_at, id);
create unique index sync_runs_by_schedule on sync_runs (schedule_id, scheduled_at) where schedule_id is not null;

create table sync_legs (
  run_id text not null references sync_runs (id) on delete cascade,
  resource text not null,
  side integer not null,
  reading integer not null,
  cursor text,
  position text,
  is_done boolean not null,
  primary key (run_id, resource, side)
);

create table sync_run_errors (
  run_id text not null references sync_runs (id) on delete cascade,
  number bigint not null,
  resource text not null,
  record_id text not null,
  side integer not null,
  code text not null,
  message text not null,
  at bigint not null,
  primary key (run_id, number)
);

create table sync_positions (
  integration_id text not null references integrations (id) on delete cascade,
  target text not null,
  resource text not null,
  side integer not null,
  position text not null,
  run_id text,
  updated_at bigint not null,
  primary key (integration_id, target, resource, side)
);

create table sync_conflicts (
  id text primary key,
  integration_id text not null references integrations (id) on delete cascade,
  target text not null,
  resource text not null,
  record_id text not null,
  remote_data text,
  target_data text,
  remote_modified_at bigint,
  target_modified_at bigint,
  run_id text not null,
  detected_at bigint not null,
  choice integer,
  choice_data text,
  resolved_at bigint
);

create unique index sync_conflicts_open on sync_conflicts (integration_id, target, resource, record_id)
  where resolved_at is null;
