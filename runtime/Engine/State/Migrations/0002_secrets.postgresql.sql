create table data_keys (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants (id),
  wrapping_key_id text not null,
  wrapped bytea not null,
  created_at bigint not null
);

create index data_keys_by_tenant on data_keys (tenant_id, id);

create table credentials (
  integration_id text primary key references integrations (id) on delete cascade,
  sealed bytea not null
);
