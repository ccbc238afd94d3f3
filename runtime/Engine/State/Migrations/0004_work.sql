create table work (
  id text primary key,
  queue text not null,
  tenant_id text not null references tenants (id),
  lane text not null,
  dedupe text,
  body text not null,
  state integer not null,
  due_at bigint not null,
  attempts integer not null,
  epoch bigint not null,
  owner text,
  lease_until bigint,
  is_cancelled boolean not null,
  error text,
  created_at bigint not null,
  finished_at bigint
);

create unique index work_by_dedupe on work (queue, dedupe) where dedupe is not null;
create index work_waiting_by_due on work (queue, due_at, id) where state = 0;
create index work_waiting_by_lane on work (queue, lane, due_at, id) where state = 0;
create index work_held_by_lane on work (queue, lane) where state = 1;
create index work_held_by_lease on work (queue, lease_until) where state = 1;
create index work_finished on work (queue, state, finished_at) where state > 1;
