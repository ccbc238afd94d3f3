create table sync_schedules (
  id text primary key,
  integration_id text not null references integrations (id) on delete cascade,
  tenant_id text not null,
  name text not null,
  request text not null,
  cron text,
  time_zone text not null,
  interval_seconds bigint,
  is_paused boolean not null,
  is_automatic boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);

create index sync_schedules_by_integration on sync_schedules (integration_id, created_at, id);
