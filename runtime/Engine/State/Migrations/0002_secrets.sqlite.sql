create table data_keys (
  id integer primary key autoincrement,
  tenant_id text not null references tenants (id),
  wrapping_key_id text not null,
  wrapped blob not null,
  created_at bigint not null
);

create index data_keys_by_tenant on data_keys (tenant_id, id);

create table credentials (
  integration_id text primary key references integrations (id) on delete cascade,
  sealed blob not null
);
