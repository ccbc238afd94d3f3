create table sync_link_sets (
  id bigint generated always as identity primary key,
  integration_id text not null references integrations (id) on delete cascade,
  target text not null,
  resource text not null,
  unique (integration_id, target, resource)
);
