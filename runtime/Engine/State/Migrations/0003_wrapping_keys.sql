create table wrapping_keys (
  id text primary key,
  created_at bigint not null
);
