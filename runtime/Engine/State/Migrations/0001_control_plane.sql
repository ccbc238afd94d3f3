create table tenants (
  id text primary key,
  name text not null,
  created_at bigint not null
);

create table api_keys (
  id text primary key,
  tenant_id text not null references tenants (id),
  name text not null,
  hash text not null unique,
  prefix text not null,
  permissions text not null,
  is_admin boolean not null,
  created_at bigint not null,
  expires_at bigint
);

create table integrations (
  id text primary key,
  tenant_id text not null references tenants (id),
  name text not null,
  description text not null,
  type text not null,
  provider text not null,
  status text not null,
  settings text not null,
  options text not null,
  metadata text not null,
  auth_type text not null,
  revision bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);

create index integrations_by_tenant on integrations (tenant_id, created_at, id);

create table integration_statistics (
  integration_id text primary key references integrations (id) on delete cascade,
  total bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  last_error_at bigint,
  last_sync_at bigint
);

create table idempotency_keys (
  tenant_id text not null,
  key text not null,
  method text not null,
  request_hash text not null,
  owner text not null,
  response text,
  expires_at bigint not null,
  primary key (tenant_id, key)
);

create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
